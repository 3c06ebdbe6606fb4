import type { ObjectItem } from '../../routing/object-item.ts';
import type { StatusReport } from '../status-report.ts';
import { CommandFailure } from '../failure.ts';
import { missingEnvoys } from './missing-envoys.ts';
import type { Asker } from './select-items.ts';
import { refuseUnknown, selectItems, statusQuestion, type StatusSelection } from './status.ts';

export type WaitFor = 'valid' | 'programmed';

/** How waiting ended. */
export interface Waited {
  readonly reached: boolean;
  /** The items as they were last. */
  readonly items: readonly ObjectItem[];
  /** What is missing, a sentence an object; empty where all is reached. */
  readonly missing: readonly string[];
}

export interface WaitOptions extends StatusSelection {
  readonly namespace: string | null;
  readonly until: WaitFor;
  readonly clock: WaitClock;
  /** Called for each report. */
  readonly seen: (items: readonly ObjectItem[]) => void;
  readonly warn: (message: string) => void;
}

/** Runs from before anybody is asked, since opening a source and its first answer take time, too. */
export interface WaitClock {
  readonly timeoutMs: number;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** From now on there is something to say when the time is over. */
  answered(): void;
}

/** Waits by a clock. Rejects with CommandFailure where nobody has answered when the time is over. */
export async function byClock<Result>(timeoutMs: number, wait: (clock: WaitClock) => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const silence = Promise.withResolvers<never>();
  let isAnswered = false;
  const end = (): void => {
    over.abort();
    if (!isAnswered) silence.reject(nothingCame(timeoutMs));
  };
  // As kubectl wait has it: 0 is to look once.
  const timer = timeoutMs === 0 ? undefined : setTimeout(end, timeoutMs);
  const clock: WaitClock = { timeoutMs, signal: over.signal, answered: () => (isAnswered = true) };
  try {
    return await Promise.race([wait(clock), silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function nothingCame(timeoutMs: number): CommandFailure {
  return new CommandFailure(`no status came within ${timeoutMs / 1000}s`, ['Wait for longer with --timeout.']);
}

/**
 * Follows until there are objects that are asked for and all are as wanted, or the time is over. Rejects with
 * CommandFailure, where nobody answered in this time, too.
 */
export async function waitForStatus(source: Asker<StatusReport>, options: WaitOptions): Promise<Waited> {
  const { namespace, names, clock, seen, warn } = options;
  if (names.length > 0) refuseUnknown((await source.ask(statusQuestion(namespace))).items, names, namespace);
  const done = new AbortController();
  const latest: Waited[] = [];
  const hear = (report: StatusReport): void => {
    const items = selectItems(report.items, options);
    clock.answered();
    seen(items);
    const missing = missingOf(report, items, options);
    latest.splice(0, 1, { reached: missing.length === 0, items, missing });
    if (missing.length === 0) done.abort();
  };
  const question = statusQuestion(namespace);
  if (clock.timeoutMs === 0) hear(await source.ask(question));
  else await source.follow(question, hear, warn, AbortSignal.any([done.signal, clock.signal]));
  const [waited] = latest;
  if (waited === undefined) throw nothingCame(clock.timeoutMs);
  return waited;
}

/** That no object is invalid any more, where these are asked for, is nothing that is missing. */
function missingOf(report: StatusReport, items: readonly ObjectItem[], options: WaitOptions): readonly string[] {
  const { names, until } = options;
  if (report.items.length === 0 && names.length === 0) return ['no matching resources found'];
  const gone = names.filter((name) => selectItems(report.items, { ...options, names: [name] }).length === 0);
  const lacking = items.map((item) => lacks(item, until)).filter((sentence) => sentence !== null);
  return [...gone.map((name) => `${name} is gone`), ...lacking];
}

/** What an object lacks; null where it is as wanted. */
function lacks({ source, currentStatus, conditions, programmed, hosts }: ObjectItem, until: WaitFor): string | null {
  const name = `${source.kind} ${source.namespace}/${source.name}`;
  if (currentStatus !== 'valid') {
    const [first] = conditions;
    return `${name} is ${currentStatus}${first === undefined ? '' : `: ${first.reason}: ${first.message}`}`;
  }
  if (until === 'valid' || hosts.length === 0) return null;
  if (programmed === null) return `${name}: nobody was asked that knows the Envoys`;
  if (programmed.of === 0) return `${name}: no Envoy is connected`;
  if (programmed.envoys === programmed.of) return null;
  const who = missingEnvoys(programmed);
  return `${name} runs on ${programmed.envoys} of ${programmed.of} Envoys${who === '' ? '' : `: ${who}`}`;
}
