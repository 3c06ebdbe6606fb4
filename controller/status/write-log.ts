import type { Clock } from '../../kubernetes/clock.ts';
import { ApiError, type KubernetesError } from '../../kubernetes/errors.ts';
import type { Resource } from '../../kubernetes/resources.ts';
import type { Log } from '../log.ts';

/** The same fault of ten thousand writes is a line, and a line again only after so long, in ms. */
const repeatMs = 60_000;

export type WriteLog = ReturnType<typeof createWriteLog>;

/** Says which statuses cannot be written, and why: a denied kind once until it heals, anything else once a minute. */
export function createWriteLog(log: Log, clock: Pick<Clock, 'now'>) {
  const denied = new Set<string>();
  const said = new Map<string, number>();
  return {
    denied({ plural }: Resource, { message }: KubernetesError): void {
      if (denied.has(plural)) return;
      denied.add(plural);
      log('warning', `the right to patch ${plural}/status is missing, so theirs is not written: ${message}`);
    },
    written({ plural }: Resource): void {
      if (denied.delete(plural)) log('info', `${plural}/status can be written again`);
    },
    failed({ plural }: Resource, error: KubernetesError): void {
      const key = `${plural}/${error instanceof ApiError ? error.status : error.name}`;
      const last = said.get(key);
      if (last !== undefined && clock.now() < last + repeatMs) return;
      said.set(key, clock.now());
      log('warning', `a status was not written, and is tried again: ${error.message}`, { kind: plural });
    },
  };
}
