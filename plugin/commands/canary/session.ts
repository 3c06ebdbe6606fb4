import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { ChangeFlags } from '../../command-line/canary-flags.ts';
import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import type { Io } from '../../io.ts';
import { openCluster, type Cluster } from '../../load/cluster.ts';
import { proxyCluster } from '../../load/proxy-cluster.ts';
import { proxyFiles, type ProxyFiles } from '../../load/proxy-files.ts';
import { isDocumentFormat } from '../../output/report-format.ts';
import { whoAmI } from '../../load/who.ts';
import { chooseProxy, parseProxyName } from '../../services/canary/proxy-name.ts';
import type { Author } from '../../services/canary/plan.ts';
import type { ProxyStore } from '../../services/canary/store.ts';
import { filled } from '../scope.ts';
import { orFail } from '../change/fail.ts';
import { writerOf } from '../change/options.ts';
import { namespaceOf } from '../../services/change/object-name.ts';

/** Where a command works. */
export type Session =
  | { readonly type: 'cluster'; readonly cluster: Cluster; readonly store: ProxyStore; readonly namespace: string }
  | { readonly type: 'files'; readonly store: ProxyFiles; readonly paths: readonly string[]; readonly namespace: null };

export type SessionFlags = Pick<ChangeFlags, 'filename'> &
  Partial<Pick<ChangeFlags, 'field-manager' | 'validate' | 'output'>> &
  ConnectionFlags;

/** Files with -f, else the cluster. Rejects with CommandFailure. */
export async function openSession(flags: SessionFlags, io: Io, command: string): Promise<Session> {
  const { filename: paths } = flags;
  if (paths.length > 0) {
    const options = { paths, namespace: filled(flags.namespace), print: isDocumentFormat(flags.output) };
    return { type: 'files', store: await proxyFiles(options, io.readStdin), paths, namespace: null };
  }
  const cluster = await openCluster(flags, io, command);
  const store = proxyCluster(cluster, writerOf(flags, command, io), new AbortController().signal);
  return { type: 'cluster', cluster, store, namespace: cluster.namespace };
}

/** The HTTPProxy that is meant. Rejects with CommandFailure. */
export async function findProxy(
  { store, namespace }: Session,
  word: string | null,
  host: string | undefined,
  isCandidate: (proxy: JsonObject) => boolean,
  verb: string,
): Promise<JsonObject> {
  const wanted = orFail(parseProxyName(word, filled(host)));
  if (wanted.type === 'name') return store.read(wanted.name);
  const proxies = await store.list(namespace);
  return orFail(chooseProxy(wanted, proxies, isCandidate, verb));
}

export async function authorOf(session: Session, io: Io): Promise<Author> {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  if (session.type === 'cluster')
    return { at, by: await whoAmI(session.cluster, io.env, new AbortController().signal) };
  return { at, by: io.env['USER'] || io.env['USERNAME'] || 'somebody' };
}

/** Where an object without a namespace is. */
export function namespaceIn(session: Session, proxy: JsonObject): string {
  return namespaceOf(proxy) ?? session.namespace ?? 'default';
}
