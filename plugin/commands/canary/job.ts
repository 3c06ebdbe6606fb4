import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import { routesLive } from '../../services/canary/routes-live.ts';
import type { CanaryPlan } from '../../services/canary/plan.ts';
import { parseServiceRef, type ServiceRef } from '../../services/canary/proxy.ts';
import { CANARY_ANNOTATION } from '../../services/canary/record.ts';
import { isObject, valueAt } from '../../../files/edit/json-patch.ts';
import { filled } from '../scope.ts';
import type { AnyChangeFlags, ChangeJob } from './change.ts';
import { findProxy } from './session.ts';

interface JobOptions {
  readonly command: string;
  readonly action: string;
  readonly flags: AnyChangeFlags & { readonly host?: string | undefined };
  readonly word: string | null;
  /** Its own flags, as they would be typed again. */
  readonly retype: string;
  /** Which objects could be meant where none is named. */
  isCandidate(proxy: JsonObject): boolean;
}

/** What the commands that move weights have in common. */
export function weightJob(options: JobOptions): Omit<ChangeJob<CanaryPlan>, 'plan'> {
  const { command, action, flags, word, isCandidate } = options;
  const verb = command.split(' ')[1] ?? '';
  return {
    command,
    action,
    flags,
    field: 'routes',
    needsBackends: true,
    undoable: true,
    retype: [word ?? '', options.retype].filter((part) => part !== '').join(' '),
    find: (session) => findProxy(session, word, flags.host, isCandidate, verb),
    expect: ({ proxy }, namespace) => routesLive(proxy, namespace),
    child: () => null,
  };
}

/** Whether a canary is on record. */
export function isUnderWay(proxy: JsonObject): boolean {
  const annotations = valueAt(proxy, '/metadata/annotations');
  return isObject(annotations) && typeof annotations[CANARY_ANNOTATION] === 'string';
}

/** Throws CommandFailure that names the flag. */
export function serviceOf(flag: string, text: string | undefined): ServiceRef | null {
  const given = filled(text);
  if (given === null) return null;
  const service = parseServiceRef(given);
  if (service === null) throw new CommandFailure(`${flag} takes a service as NAME or NAME:PORT, not "${given}"`);
  return service;
}
