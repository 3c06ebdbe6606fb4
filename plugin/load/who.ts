import { valueAt, type Json } from '../../files/edit/json-patch.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { Cluster } from './cluster.ts';

/** Who the API server takes us for; the user of this machine where it does not say. */
export async function whoAmI(
  cluster: Cluster,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string> {
  const local = env['USER'] || env['USERNAME'] || 'somebody';
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const review = (await cluster.raw.write(path, { method: 'POST', body, signal })) as Json;
    const name = valueAt(review, '/status/userInfo/username');
    return typeof name === 'string' && name !== '' ? name : local;
  } catch (error) {
    if (isKubernetesError(error)) return local;
    throw error;
  }
}
