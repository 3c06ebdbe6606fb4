import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../../controller/fault.ts';
import { type Api, Refusal } from '../api.ts';
import type { Pod } from './pod.ts';
import { type PodState, statusOf } from './status.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
}

export interface StatusWriter {
  /** Soon, and once for all calls until then. */
  write(state: PodState): void;
  /** Resolves when the last state is written, or the Pod is gone. */
  idle(): Promise<void>;
}

const againMs = 200;

/** Writes what a Pod's status is. Keeps trying where the API server does not answer. */
export function createStatusWriter(api: Api, pod: Pod): StatusWriter {
  const { namespace, name, uid } = pod.metadata;
  const since = new Map<string, { readonly status: string; readonly time: string }>();
  let wanted: PodState | null = null;
  let writing: Promise<void> | null = null;

  const withTime = (condition: Condition): object => {
    const before = since.get(condition.type);
    const time = before?.status === condition.status ? before.time : new Date().toISOString();
    since.set(condition.type, { status: condition.status, time });
    return { ...condition, lastTransitionTime: `${time.slice(0, 19)}Z` };
  };

  async function writeOnce(state: PodState): Promise<void> {
    const status = statusOf(pod, state);
    const conditions = status.conditions.map((condition) => withTime(condition as Condition));
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    try {
      await api.patch(path, { metadata: { uid }, status: { ...status, conditions } });
    } catch (error) {
      // Gone, or another of its name is there.
      if (error instanceof Refusal && [404, 409].includes(error.status)) return;
      process.stderr.write(`the status of ${namespace}/${name} is not written: ${messageOf(error)}\n`);
      wanted ??= state;
      await sleep(againMs);
    }
  }

  async function writeAll(): Promise<void> {
    await Promise.resolve();
    while (wanted !== null) {
      const state = wanted;
      wanted = null;
      await writeOnce(state);
    }
    writing = null;
  }

  return {
    write(state) {
      wanted = state;
      writing ??= writeAll();
    },
    async idle() {
      while (writing !== null) await writing;
    },
  };
}
