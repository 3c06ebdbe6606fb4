import type { Rule, SyntaxNode } from './rule.ts';

/**
 * Refuses a regular expression whose text is not in the source: what tenants write must never reach an
 * engine that backtracks.
 */
export const constantRegexp: Rule = {
  create(context) {
    const check = (node: SyntaxNode) => {
      if (!isRegExp(node.callee)) return;
      if (isConstant(node.arguments?.[0])) return;
      context.report({ node, message: 'A RegExp is written literally; match the text of others with RE2.' });
    };
    return { NewExpression: check, CallExpression: check };
  },
};

function isRegExp(callee: SyntaxNode | undefined): boolean {
  if (callee?.type === 'Identifier') return callee.name === 'RegExp';
  return (
    callee?.type === 'MemberExpression' && callee.object?.name === 'globalThis' && callee.property?.name === 'RegExp'
  );
}

function isConstant(node: SyntaxNode | undefined): boolean {
  if (node === undefined) return false;
  return node.type === 'Literal' || (node.type === 'TemplateLiteral' && node.expressions?.length === 0);
}
