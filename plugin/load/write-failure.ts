import type { JsonObject } from '../../files/edit/json-patch.ts';
import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { resources } from '../../kubernetes/resources.ts';
import { CommandFailure, ServerFailure } from '../failure.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';
import type { WritableKind } from '../services/change/object-store.ts';
import { rightOf } from '../services/rights.ts';
import { apiFailure, laterHints } from './api-failure.ts';
import type { ClusterObjects } from './object-cluster.ts';

/** Why a write failed, and whether the object is as it was; anything else as it is. */
export function writeFailure(
  { cluster, look }: Pick<ClusterObjects, 'cluster' | 'look'>,
  error: unknown,
  method: string,
  path: string,
  object: JsonObject,
): unknown {
  if (!isKubernetesError(error)) return error;
  const name = nameOf(object);
  const verb = method === 'POST' ? 'created' : 'changed';
  const unknown = `it is not known whether ${name} was ${verb}`;
  const hint = `Look before you try again: ${look(name)}`;
  if (!(error instanceof ApiError))
    return new CommandFailure(`${cluster.server}: ${error.message}: ${unknown}`, [hint], { cause: error });
  const { status } = error;
  if (status === 404 && method === 'PATCH')
    return new ServerFailure(
      { status, reason: 'NotFound' },
      `${error.message}: it was deleted in between`,
      [
        `See what is there: kubectl get ${resources[object['kind'] as WritableKind].plural} -n ${namespaceOf(object) ?? cluster.namespace}`,
      ],
      error,
    );
  if (status === 422) return new ServerFailure(error, error.message, [`${name} was not ${verb}.`], error);
  if (status === 429)
    return new ServerFailure(error, `${error.message}: nothing was changed`, laterHints(status), error);
  if (status >= 500) return new ServerFailure(error, `${error.message}: ${unknown}`, [hint], error);
  return apiFailure(error, cluster.server, rightOf(method, path));
}
