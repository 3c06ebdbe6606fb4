import type { JsonObject } from '../../files/edit/json-patch.ts';
import type { RequestOptions } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';

/** What is at a path, as far as we may look. Rejects with CommandFailure. */
export async function visible(
  { raw, server }: Cluster,
  path: string,
  options: RequestOptions,
): Promise<JsonObject | 'missing' | 'hidden'> {
  try {
    return (await raw.get(path, options)) as JsonObject;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'missing';
    if (error instanceof ApiError && error.status === 403) return 'hidden';
    throw apiFailure(error, server, null);
  }
}
