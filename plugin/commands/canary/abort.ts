import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { canaryAbortSpec } from '../../command-line/canary-specs.ts';
import { findInclude, hostOf, parseHostPrefix } from '../../services/change/find-include.ts';
import { isProblem } from '../../services/change/problem.ts';
import { parseProxyName } from '../../services/canary/proxy-name.ts';
import { planAbort } from '../../services/canary/plan-abort.ts';
import { command } from '../command.ts';
import { runChange } from './change.ts';
import { orFail } from '../change/fail.ts';
import { isUnderWay, weightJob } from './job.ts';
import type { Session } from './session.ts';

export const canaryAbortCommand = command(canaryAbortSpec, async ({ flags, arguments: [word = null] }, io) => {
  const job = weightJob({ command: 'canary abort', action: 'abort', flags, word, isCandidate: isUnderWay, retype: '' });
  const find = async (session: Session): Promise<JsonObject> =>
    word?.includes('.') ? findHosted(word, session, job.find) : job.find(session);
  // The way back is open whoever is ready.
  const safe = { ...job, find, needsBackends: false, undoable: false };
  return runChange({ ...safe, plan: async (proxy, context) => planAbort(proxy, context) }, io);
});

/** The object that holds the include of HOST/PREFIX. A host alone may be the name of an object, too. */
async function findHosted(
  word: string,
  session: Session,
  findNamed: (session: Session) => Promise<JsonObject>,
): Promise<JsonObject> {
  const wanted = parseHostPrefix(word);
  const isName = !isProblem(parseProxyName(word, null));
  let proxies: readonly JsonObject[];
  try {
    proxies = await session.store.list(null);
  } catch (error) {
    if (!isName) throw error;
    return findNamed(session).catch(() => {
      throw error;
    });
  }
  if (isName && !proxies.some((proxy) => hostOf(proxy) === wanted.host)) return findNamed(session);
  return orFail(findInclude(proxies, wanted)).proxy;
}
