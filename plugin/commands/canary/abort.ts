import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { canaryAbortSpec } from '../../command-line/canary-specs.ts';
import { findInclude, hostOf, parseHostPrefix } from '../../services/change/find-include.ts';
import { planAbort } from '../../services/canary/plan-abort.ts';
import { command } from '../command.ts';
import { runChange } from './change.ts';
import { orFail } from '../change/fail.ts';
import { isUnderWay, weightJob } from './job.ts';
import type { Session } from './session.ts';

export const canaryAbortCommand = command(canaryAbortSpec, async ({ flags, arguments: [word = null] }, io) => {
  const job = weightJob({ command: 'canary abort', action: 'abort', flags, word, isCandidate: isUnderWay, retype: '' });
  const find = async (session: Session): Promise<JsonObject> =>
    (word === null ? null : await hostedProxy(word, session)) ?? job.find(session);
  // The way back is open whoever is ready.
  const safe = { ...job, find, needsBackends: false, undoable: false };
  return runChange({ ...safe, plan: async (proxy, context) => planAbort(proxy, context) }, io);
});

/** The object that holds the include of HOST/PREFIX; null where the word is no host that anybody has. */
async function hostedProxy(word: string, { store }: Session): Promise<JsonObject | null> {
  const wanted = parseHostPrefix(word);
  if (!wanted.host.includes('.')) return null;
  const proxies = await store.list(null).catch(() => []);
  if (!proxies.some((proxy) => hostOf(proxy) === wanted.host)) return null;
  return orFail(findInclude(proxies, wanted)).proxy;
}
