import { setTimeout as pause } from 'node:timers/promises';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import { defaultTiming, type ItemChange, listWatch } from '../../kubernetes/list-watch.ts';
import type { Watched } from '../../kubernetes/watched.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import type { ObjectRef } from '../../routing/objects/ref.ts';
import type { ApiWorld } from './api-world.ts';
import type { Reach } from './read-objects.ts';

export interface FollowPorts {
  /** The world may have changed. */
  readonly show: () => void;
  readonly warn: (message: string) => void;
}

/** Changes closer together than this are shown as one. */
const gatherMs = 50;

/** Keeps a world up to date with the API server until `signal` is aborted. */
export async function followObjects(
  client: KubernetesClient,
  world: ApiWorld,
  reaches: readonly Reach[],
  { show, warn }: FollowPorts,
  signal: AbortSignal,
): Promise<void> {
  let queue: Change[] = [];
  let wake = (): void => {};
  const follow = (watched: Watched<KubernetesObject>): Promise<void> => {
    let isFirst = true;
    const sink = (items: readonly ItemChange<KubernetesObject>[]): void => {
      if (isFirst) queue.push(...goneSince(world, watched, items));
      isFirst = false;
      queue.push(...items.map((item) => changeOf(item, watched)));
      wake();
    };
    const onHealth = ({ reason }: { readonly reason: string | null }): void => {
      if (reason !== null) warn(`${watched.resource.plural} are not followed: ${reason}; trying again until they are.`);
    };
    return listWatch({ client, watched, clock: systemClock, timing: defaultTiming, sink, onHealth }, signal);
  };
  const following = reaches.flatMap(({ watched }) => watched.map(follow));
  signal.addEventListener('abort', () => wake(), { once: true });
  while (!signal.aborted) {
    if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    await pause(gatherMs, undefined, { signal }).catch(() => {});
    const changes = queue;
    queue = [];
    await take(world, changes, warn, signal);
    show();
  }
  await Promise.all(following);
}

async function take(
  world: ApiWorld,
  changes: readonly Change[],
  warn: FollowPorts['warn'],
  signal: AbortSignal,
): Promise<void> {
  try {
    await world.apply(changes, signal);
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    if (!signal.aborted) warn(`a Secret that is named cannot be read: ${error.message}`);
  }
}

/** What was there when it was listed for the first time, and was not when the watch began. */
function goneSince(
  world: ApiWorld,
  { resource, namespace }: Watched<KubernetesObject>,
  items: readonly ItemChange<KubernetesObject>[],
): readonly Change[] {
  const there = new Set(items.flatMap((item) => (item.type === 'put' ? [keyOf(refOf(item.item))] : [])));
  return [...world.local.objects.values()]
    .map(refOf)
    .filter((ref) => ref.kind === resource.kind && (namespace === null || ref.namespace === namespace))
    .filter((ref) => !there.has(keyOf(ref)))
    .map((ref) => ({ type: 'delete', ref }));
}

function keyOf({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

function changeOf(change: ItemChange<KubernetesObject>, { resource }: Watched<KubernetesObject>): Change {
  if (change.type === 'put') return { type: 'upsert', object: change.item };
  return { type: 'delete', ref: { kind: resource.kind, namespace: change.namespace, name: change.name } };
}
