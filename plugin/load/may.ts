import { valueAt, type Json } from '../../files/edit/json-patch.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { Right } from '../services/rights.ts';
import type { Cluster } from './cluster.ts';

/**
 * Whether the API server would let us; null where it does not say.
 * https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function may(cluster: Cluster, right: Right, signal: AbortSignal): Promise<boolean | null> {
  const { verb, group, resource, namespace, name } = right;
  const attributes = {
    verb,
    group,
    resource,
    ...(namespace === null ? {} : { namespace }),
    ...(name === null ? {} : { name }),
  };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  };
  try {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const review = (await cluster.raw.write(path, { method: 'POST', body, signal })) as Json;
    const allowed = valueAt(review, '/status/allowed');
    return typeof allowed === 'boolean' ? allowed : null;
  } catch (error) {
    if (isKubernetesError(error)) return null;
    throw error;
  }
}
