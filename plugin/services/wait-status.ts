import type { ObjectItem } from '../../routing/object-item.ts';
import type { StatusReport } from '../status-report.ts';
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

/** Follows until all objects that are asked for are as wanted, or the time is over. Rejects with CommandFailure. */
export async function waitForStatus(source: Asker<StatusReport>, options: WaitOptions): Promise<Waited> {
  const { namespace, names, until, timeoutMs, seen, warn } = options;
  refuseUnknown((await source.ask(statusQuestion(namespace))).items, names, namespace);
  const done = new AbortController();
  const timer = setTimeout(() => done.abort(), timeoutMs);
  let last: readonly ObjectItem[] = [];
  let gone: readonly string[] = [];
  try {
    await source.follow(
      statusQuestion(namespace),
      (report) => {
        last = selectItems(report.items, options);
        seen(last);
        gone = names.filter((name) => selectItems(report.items, { ...options, names: [name] }).length === 0);
        if (gone.length === 0 && last.every((item) => lacks(item, until) === null)) done.abort();
      },
      warn,
      done.signal,
    );
  } finally {
    clearTimeout(timer);
    done.abort();
  }
  const lacking = last.map((item) => lacks(item, until)).filter((sentence) => sentence !== null);
  const missing = [...gone.map((name) => `${name} is gone`), ...lacking];
  return { reached: missing.length === 0, items: last, missing };
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
