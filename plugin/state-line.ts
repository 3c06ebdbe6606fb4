import { connectionFlags } from './command-line/connection-flags.ts';
import { controllerFlags, type SourceFlags } from './command-line/source-flags.ts';
import type { FlagSpec } from './command-line/spec.ts';
import { isInteractive } from './commands/interactive.ts';
import { CommandFailure } from './failure.ts';
import type { Io } from './io.ts';
import { withSource } from './load/open-source.ts';
import { routesQuestion } from './services/routes-question.ts';
import { statusQuestion } from './services/status.ts';
import { isInSync, streamsQuestion, syncReport } from './services/sync.ts';
import type { Source } from './source.ts';

const BUDGET_MS = 300;

/**
 * What the controllers in reach serve, in a line for the end of the help; empty where nobody looks or nobody answers at
 * once. Whoever asked for help waits for no one, reads no error, and no credential plugin asks him anything.
 */
export async function stateLine(io: Io, budgetMs = BUDGET_MS): Promise<string> {
  if (!isInteractive(io, { plain: false })) return '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(''), budgetMs);
  });
  try {
    return await Promise.race([
      askedLine({ ...io, writeError: () => {}, stdinIsTerminal: false, isAside: true }),
      late,
    ]);
  } catch (error) {
    if (error instanceof CommandFailure) return '';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function askedLine(io: Io): Promise<string> {
  const need = { command: 'status', watch: false, from: 'controller' } as const;
  return withSource(noFlags, io, need, async (source) => `\n${await lineOf(source, io.program)}\n`);
}

async function lineOf(source: Source, program: string): Promise<string> {
  const everything = { host: null, path: null, namespace: null, invalid: false };
  const [routes, status, streams] = await Promise.all([
    source.ask(routesQuestion(everything)),
    source.ask(statusQuestion(null)),
    source.ask(streamsQuestion),
  ]);
  const invalid = status.items.filter(({ currentStatus }) => currentStatus === 'invalid').length;
  const sync = syncReport(streams);
  const inSync = sync.items.filter((item) => isInSync({ ...sync, items: [item] })).length;
  const isBehind = inSync < sync.items.length;
  const next = invalid > 0 ? 'status -A --invalid' : isBehind ? 'sync' : 'routes -A';
  const counts = [
    `${routes.items.length} ${routes.items.length === 1 ? 'route' : 'routes'}`,
    `${invalid} invalid`,
    `${inSync}/${sync.items.length} envoys in sync`,
  ];
  return `${counts.join(', ')} — try: ${program} ${next}`;
}

/** As if nothing had been typed. */
const noFlags = {
  ...Object.fromEntries([...connectionFlags, ...controllerFlags].map((flag) => [flag.name, unset(flag)])),
  filename: [],
  closed: false,
} as unknown as SourceFlags;

function unset({ type }: FlagSpec): unknown {
  if (type === 'boolean') return false;
  return type === 'string' ? undefined : [];
}
