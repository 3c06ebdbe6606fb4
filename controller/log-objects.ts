import type { ObjectStatus } from '../routing/graph/graph.ts';
import { refKey } from '../routing/objects/ref.ts';
import type { Log } from './log.ts';
import type { Source } from './source/source.ts';

/** Lines are written one by one while Envoys wait: a world of wrong objects must not be ten thousands of them. */
const objectsAtMost = 100;

/** Each thing that is wrong with an object, and where it is written. */
function logStatus(
  log: Log,
  { ref, currentStatus, description, diagnostics }: ObjectStatus,
  locate: Source['locate'],
): void {
  for (const { subject, pointer, severity, reason, message } of diagnostics) {
    const { file, line, column } = locate(subject, pointer) ?? {};
    const place = file === undefined || line === undefined || column === undefined ? {} : { file, line, column };
    log(severity, message, { object: refKey(subject), reason, ...place });
  }
  if (diagnostics.length === 0) log('warning', description, { object: refKey(ref), status: currentStatus });
}

/** Logs what is wrong with the objects of one turn: the first hundred in full, and how many there are besides. */
export function logObjects(log: Log, statuses: readonly ObjectStatus[], locate: Source['locate']): void {
  const wrong = statuses.filter((status) => status.diagnostics.length > 0 || status.currentStatus !== 'valid');
  for (const status of wrong.slice(0, objectsAtMost)) logStatus(log, status, locate);
  const more = wrong.length - objectsAtMost;
  if (more > 0) log('warning', 'more objects have something wrong: /debug/objects lists them all', { objects: more });
}
