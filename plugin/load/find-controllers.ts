import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';
import { CommandFailure, ServerFailure } from '../failure.ts';
import type { Right } from '../services/rights.ts';
import { type ControllerPod, listControllerPods, readControllerPod } from './pods.ts';
import { podsInReach, podsPath } from './pods-in-reach.ts';

/** Who runs in the cluster, as far as we may look. */
export type FoundControllers =
  /** Ours, ready ones only, by name. */
  | { readonly type: 'ours'; readonly pods: readonly [ControllerPod, ...ControllerPod[]] }
  /** Contour itself: its arguments say what its objects mean. */
  | { readonly type: 'contour'; readonly pod: ControllerPod }
  /** `why` is a plain sentence; `missing` is what keeps us from looking. */
  | { readonly type: 'none'; readonly why: string; readonly missing: Right | null };

/** Labels by which a controller is found: those of this project and of charts, and those of Contour's own manifests. */
const selectors = ['app.kubernetes.io/name=contour', 'app=contour'] as const;

/**
 * Looks in all namespaces, and where that is not allowed in the one that is given and in those whose Services say that
 * they lead to a controller. Rejects with a KubernetesError other than a refusal.
 */
export async function findControllers(
  client: KubernetesClient,
  namespace: string,
  signal: AbortSignal,
): Promise<FoundControllers> {
  const everywhere = await podsAt(client, '/api/v1/pods', signal);
  if (everywhere !== null) return judge(everywhere, 'all namespaces');
  const list = (path: string): ReturnType<typeof podsAt> => podsAt(client, path, signal);
  const { pods, seen, hidden } = await podsInReach(client, namespace, selectors, list, signal);
  const elsewhere = hidden.find((place) => place !== namespace) ?? null;
  const missing = { verb: 'list', group: '', resource: 'pods', namespace: elsewhere, name: null } as const;
  if (seen.length === 0)
    return { type: 'none', why: 'Pods may not be listed to look for a controller; --controller names one', missing };
  const found = judge(pods, `namespace ${seen.join(' or ')}`);
  return found.type === 'none'
    ? { ...found, why: `${found.why}, and those of others may not be listed`, missing }
    : found;
}

/** Null where it may not be looked at. */
async function podsAt(
  client: KubernetesClient,
  path: string,
  signal: AbortSignal,
): Promise<readonly ControllerPod[] | null> {
  try {
    const lists = await Promise.all(selectors.map((selector) => listControllerPods(client, path, selector, signal)));
    return [...new Map(lists.flat().map((pod) => [`${pod.namespace}/${pod.name}`, pod])).values()];
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

function judge(pods: readonly ControllerPod[], where: string): FoundControllers {
  const ours = pods.filter(({ labels }) => labels.get('app.kubernetes.io/part-of') === 'kubectl-contour');
  const [first, ...others] = ours.filter(({ isReady }) => isReady).toSorted(byName);
  if (first !== undefined) return { type: 'ours', pods: [first, ...others] };
  const [theirs] = pods.filter((pod) => !ours.includes(pod)).toSorted(byReadinessAndName);
  if (theirs !== undefined) return { type: 'contour', pod: theirs };
  if (ours.length > 0) return { type: 'none', why: `no controller in ${where} is ready`, missing: null };
  return { type: 'none', why: `no Pod in ${where} is labelled ${selectors.join(' or ')}`, missing: null };
}

function byName(left: ControllerPod, right: ControllerPod): number {
  return `${left.namespace}/${left.name}` < `${right.namespace}/${right.name}` ? -1 : 1;
}

function byReadinessAndName(left: ControllerPod, right: ControllerPod): number {
  return Number(right.isReady) - Number(left.isReady) || byName(left, right);
}

/** What may be named, and how each says which Pods are its own. */
const owners = [
  {
    path: (namespace: string) => `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments`,
    labels: 'matchLabels',
  },
  { path: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`, labels: null },
] as const;

/**
 * The controllers that a person names, by a Pod or by the Deployment or Service that it belongs to. Rejects with
 * CommandFailure where there is none or a right is missing, and with a KubernetesError.
 *
 * @param client that says which right is missing
 */
export async function namedControllers(
  client: KubernetesClient,
  named: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<readonly [ControllerPod, ...ControllerPod[]]> {
  const { namespace, name } = named;
  const title = `${namespace}/${name}`;
  const pod = await objectAt(client, `${podsPath(namespace)}/${encodeURIComponent(name)}`, signal);
  if (pod !== null) {
    const read = readControllerPod(pod);
    if (read === null) throw new CommandFailure(`the Pod ${title} runs no controller: none of its containers serves`);
    return [read];
  }
  const selector = await selectorOfOwner(client, named, signal);
  if (selector === null)
    throw new CommandFailure(`there is no Pod, Deployment or Service ${title}, which --controller names`);
  const pods = await listControllerPods(client, podsPath(namespace), selector, signal);
  const [first, ...others] = pods.filter(({ isReady }) => isReady).toSorted(byName);
  if (first === undefined) throw new CommandFailure(`none of the Pods of ${title} is a controller that is ready`);
  return [first, ...others];
}

/** Null where there is none. One that may be seen is enough; where none may, the last refusal is what is told. */
async function selectorOfOwner(
  client: KubernetesClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<string | null> {
  let refusal: ServerFailure | null = null;
  for (const { path, labels } of owners) {
    try {
      const owner = await objectAt(client, `${path(namespace)}/${encodeURIComponent(name)}`, signal);
      if (owner !== null) return selectorOf(owner, labels);
    } catch (error) {
      if (!(error instanceof ServerFailure) || error.status !== 403) throw error;
      refusal = error;
    }
  }
  if (refusal !== null) throw refusal;
  return null;
}

/** Null where there is none. */
async function objectAt(client: KubernetesClient, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await client.get(path, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

function selectorOf(owner: unknown, labels: 'matchLabels' | null): string {
  const spec = isRecord(owner) && isRecord(owner['spec']) ? owner['spec'] : {};
  const selector = isRecord(spec['selector']) ? spec['selector'] : {};
  const wanted = labels === null ? selector : isRecord(selector[labels]) ? selector[labels] : {};
  return Object.entries(wanted)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}
