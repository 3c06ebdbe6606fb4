import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { CommandFailure, ServerFailure } from '../failure.ts';
import { describeRight, type Right, rightOf, roleFor } from '../services/rights.ts';

/** What went wrong with the API server, for people; anything else as it is. `right` is what was needed. */
export function apiFailure(error: unknown, server: string, right: Right | null): unknown {
  if (!isKubernetesError(error)) return error;
  if (!(error instanceof ApiError)) {
    const message = error.name === 'AccessError' ? error.message : `${server}: ${error.message}; ${OTHER_SERVER}`;
    return new CommandFailure(message, [], { cause: error });
  }
  const { status, reason, message } = error;
  if (status === 401)
    return new ServerFailure(
      { status, reason },
      message,
      ['Log in again, or choose another --context or --user.'],
      error,
    );
  if (status !== 403 || right === null)
    return new ServerFailure({ status, reason }, message, laterHints(status), error);
  return new ServerFailure({ status, reason }, message, missingRight(right), error);
}

const OTHER_SERVER = '--context, --kubeconfig and --server name another one';

/** What to do about an API server in trouble. */
export function laterHints(status: number): readonly string[] {
  if (status === 429) return ['The API server is busy: try again later.'];
  return status >= 500 ? ['Try again; -v=6 tells which request it is.'] : [];
}

/** What to ask an administrator for. */
export function missingRight(right: Right): readonly string[] {
  const kind = right.namespace === null ? 'ClusterRole' : 'Role';
  const title = `The right to ${describeRight(right)} is missing. This ${kind}, bound to you, would grant it:`;
  return [title, ...roleFor(right).map((line) => `  ${line}`)];
}

/**
 * The client for commands: what they can do nothing about, lacking rights above all, rejects with CommandFailure. Other
 * refusals stay ApiErrors, because a 404 or a 409 may be an answer.
 */
export function failingClient(client: KubernetesClient, server: string): KubernetesClient {
  const explain = (error: unknown, method: string, path: string, query?: Readonly<Record<string, string>>): unknown => {
    const isAnswer = error instanceof ApiError && error.status !== 401 && error.status !== 403;
    return isAnswer ? error : apiFailure(error, server, rightOf(method, path, query));
  };
  return {
    async get(path, options) {
      try {
        return await client.get(path, options);
      } catch (error) {
        throw explain(error, 'GET', path, options.query);
      }
    },
    async write(path, options) {
      try {
        return await client.write(path, options);
      } catch (error) {
        throw explain(error, options.method, path);
      }
    },
    async *lines(path, options) {
      try {
        yield* client.lines(path, options);
      } catch (error) {
        throw explain(error, 'GET', path, options.query);
      }
    },
  };
}
