import type { Page } from './answer.ts';

/** One condition of being ready. */
export interface ReadyCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What is missing, as a plain sentence. */
  readonly missing: string;
  /** What is worth knowing although it is ok. */
  readonly note?: string;
}

function lineOf({ name, ok, missing, note }: ReadyCheck): string {
  const text = ok ? note : missing;
  return `[${ok ? '+' : '-'}] ${name}${text === undefined ? '' : `: ${text}`}\n`;
}

/** `/readyz`: 200 when every check is ok; `?verbose` names each. */
export function readyPage(checks: () => readonly ReadyCheck[]): Page {
  return {
    path: '/readyz',
    help: 'ready to serve; ?verbose names what is missing',
    answer({ query }) {
      const all = checks();
      const ready = all.every((check) => check.ok);
      const lines = all.map(lineOf);
      const verdict = ready ? 'ok\n' : 'not ready\n';
      return {
        type: 'text',
        status: ready ? 200 : 503,
        body: query.has('verbose') ? lines.join('') + verdict : verdict,
      };
    },
  };
}

/** `/healthz`: this process answers. */
export const healthPage: Page = {
  path: '/healthz',
  help: 'alive',
  answer: () => ({ type: 'text', status: 200, body: 'ok\n' }),
};
