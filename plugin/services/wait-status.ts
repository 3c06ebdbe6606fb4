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
  readonly timeoutMs: number;
  /** Called for each report. */
  readonly seen: (items: readonly ObjectItem[]) => void;
  readonly warn: (message: string) => void;
}

/**
 * Follows until there are objects that are asked for and all are as wanted, or the time is over. Rejects with
 * CommandFailure, where nobody answered in this time, too.
 */
export async function waitForStatus(source: Asker<StatusReport>, options: WaitOptions): Promise<Waited> {
  const { namespace, names, timeoutMs, seen, warn } = options;
  if (names.length > 0) refuseUnknown((await source.ask(statusQuestion(namespace))).items, names, namespace);
  const done = new AbortController();
  const timer = setTimeout(() => done.abort(), timeoutMs);
  const latest: Waited[] = [];
  const hear = (report: StatusReport): void => {
    const items = selectItems(report.items, options);
    seen(items);
    const missing = missingOf(report, items, options);
    latest.splice(0, 1, { reached: missing.length === 0, items, missing });
    if (missing.length === 0) done.abort();
  };
  try {
    await source.follow(statusQuestion(namespace), hear, warn, done.signal);
  } finally {
    clearTimeout(timer);
    done.abort();
  }
  const [waited] = latest;
  if (waited === undefined) throw new CommandFailure(`no status came within ${timeoutMs / 1000}s`);
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
