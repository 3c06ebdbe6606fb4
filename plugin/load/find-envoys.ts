import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';
import { CommandFailure, ServerFailure } from '../failure.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';
import { podsInReach, podsPath } from './pods-in-reach.ts';

export interface EnvoyPod {
  readonly namespace: string;
  readonly name: string;
  readonly isReady: boolean;
  readonly ports: { readonly http: number; readonly https: number };
}

/** One that a person names; `namespace` is null where it is not said. */
export interface NamedEnvoy {
  readonly namespace: string | null;
  readonly name: string;
}

const selectors = ['app.kubernetes.io/name=envoy', 'app=envoy'] as const;
const labelled = `is labelled ${selectors.join(' or ')}`;

/**
 * The Envoys that are ready, by name, or the one that is named, ready or not. Rejects with CommandFailure where there is
 * none; `hint` says how to name one.
 */
export async function findEnvoys(
  cluster: Cluster,
  named: NamedEnvoy | null,
  hint: string,
  signal: AbortSignal,
): Promise<readonly [EnvoyPod, ...EnvoyPod[]]> {
  try {
    return await lookFor(cluster, named, hint, signal);
  } catch (error) {
    throw apiFailure(error, cluster.server, null);
  }
}

async function lookFor(
  cluster: Cluster,
  named: NamedEnvoy | null,
  hint: string,
  signal: AbortSignal,
): Promise<readonly [EnvoyPod, ...EnvoyPod[]]> {
  if (named !== null && named.namespace !== null) return [await podNamed(cluster, named.namespace, named.name, signal)];
  const { pods, where } = await labelledPods(cluster, signal);
  const wanted = pods.filter(({ name, isReady }) => (named === null ? isReady : name === named.name));
  const [first, ...others] = wanted.toSorted(byTitle);
  const titles = pods.map(titleOf).sort().join(', ');
  if (named !== null) {
    if (first !== undefined && others.length === 0) return [first];
    const found = first === undefined ? 'no Envoy is' : `${wanted.length} Envoys are`;
    throw new CommandFailure(`${found} called ${named.name} in ${where}: ${titles || `no Pod ${labelled}`}`, [hint]);
  }
  if (first !== undefined) return [first, ...others];
  const why = titles === '' ? `no Pod in ${where} ${labelled}` : `none of ${titles} is`;
  throw new CommandFailure(`no Envoy is ready in the cluster: ${why}`, [hint]);
}

export function titleOf({ namespace, name }: Pick<EnvoyPod, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

function byTitle(left: EnvoyPod, right: EnvoyPod): number {
  return titleOf(left) < titleOf(right) ? -1 : 1;
}

async function podNamed({ client }: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<EnvoyPod> {
  try {
    return readPod(await client.get(`${podsPath(namespace)}/${encodeURIComponent(name)}`, { signal }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    throw new CommandFailure(`there is no Pod ${namespace}/${name}, which --from names`, [], { cause: error });
  }
}

/**
 * In all namespaces, and where that is not allowed in the one that is meant and in those whose Services say that they
 * lead to Envoys.
 */
async function labelledPods(
  { client, raw, namespace }: Cluster,
  signal: AbortSignal,
): Promise<{ readonly pods: readonly EnvoyPod[]; readonly where: string }> {
  try {
    return { pods: await listPods(client, '/api/v1/pods', signal), where: 'all namespaces' };
  } catch (error) {
    if (!(error instanceof ServerFailure) || error.status !== 403) throw error;
    const list = (path: string) => listPods(client, path, signal).catch(() => null);
    const { pods, seen } = await podsInReach(raw, namespace, selectors, list, signal);
    // Of all refusals the first names the right that is enough in any cluster.
    if (seen.length === 0) throw error;
    return { pods, where: `namespace ${seen.join(' or ')}` };
  }
}

async function listPods(client: KubernetesClient, path: string, signal: AbortSignal): Promise<readonly EnvoyPod[]> {
  const lists = await Promise.all(
    selectors.map((labelSelector) => client.get(path, { query: { labelSelector }, signal })),
  );
  const pods = lists.flatMap((list) => itemsOf(list, 'items')).map(readPod);
  return [...new Map(pods.map((pod) => [titleOf(pod), pod])).values()];
}

function readPod(pod: unknown): EnvoyPod {
  const [metadata, spec, status] = ['metadata', 'spec', 'status'].map((name) => (isRecord(pod) ? pod[name] : null));
  const ports = itemsOf(spec, 'containers').flatMap((container) => itemsOf(container, 'ports'));
  const isReady = itemsOf(status, 'conditions').some(
    (condition) => textOf(condition, 'type') === 'Ready' && textOf(condition, 'status') === 'True',
  );
  return {
    namespace: textOf(metadata, 'namespace'),
    name: textOf(metadata, 'name'),
    isReady,
    ports: { http: portOf(ports, 'http', 8080), https: portOf(ports, 'https', 8443) },
  };
}

function portOf(ports: readonly unknown[], name: string, otherwise: number): number {
  const found = ports.find((port) => textOf(port, 'name') === name);
  const port = isRecord(found) ? found['containerPort'] : null;
  return typeof port === 'number' ? port : otherwise;
}

function itemsOf(value: unknown, name: string): readonly unknown[] {
  const found = isRecord(value) ? value[name] : null;
  return Array.isArray(found) ? found : [];
}

function textOf(value: unknown, name: string): string {
  const found = isRecord(value) ? value[name] : null;
  return typeof found === 'string' ? found : '';
}
