import type { Rule } from './rule.ts';

const mocking = new Set(['mock', 'doMock', 'unmock', 'doUnmock', 'hoisted', 'importMock']);

/** Refuses vitest's module mocking: a fake is handed in at a port. */
export const noVitestMocks: Rule = {
  create: (context) => ({
    MemberExpression(node) {
      const owner = node.object?.name;
      const name = node.property?.name ?? node.property?.value;
      if (owner !== 'vi' && owner !== 'vitest') return;
      if (typeof name !== 'string' || !mocking.has(name)) return;
      context.report({ node, message: `No vi.${name}: hand a fake in at a port instead of replacing a module.` });
    },
  }),
};
