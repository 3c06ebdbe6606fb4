import { decode } from '../routing/objects/decode.ts';
import { type KubernetesObject, refOf } from '../routing/objects/kubernetes-object.ts';
import { refKey } from '../routing/objects/ref.ts';
import type { KubernetesClient } from './client.ts';
import { ApiError, BadAnswer } from './errors.ts';
import { pathOf, type Resource } from './resources.ts';

/** @param key `namespace/name`. Null where there is no such object. Rejects with a KubernetesError. */
export async function getObject(
  client: KubernetesClient,
  resource: Resource,
  key: string,
  signal: AbortSignal,
): Promise<KubernetesObject | null> {
  const [namespace = '', name = ''] = key.split('/');
  let raw: unknown;
  try {
    raw = await client.get(`${pathOf(resource, namespace)}/${encodeURIComponent(name)}`, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
  const decoded = decode(raw);
  if (decoded.type !== 'object' || refKey(refOf(decoded.object)) !== `${resource.kind}/${key}`)
    throw new BadAnswer(`the answer is not the ${resource.kind} that was asked for`);
  return decoded.object;
}
