import { type KubernetesClient, createClient } from '../kubernetes/client.ts';
import { AccessError } from '../kubernetes/errors.ts';
import { type AccessFrom, openAccess } from '../kubernetes/kube-config.ts';
import { Fault } from './fault.ts';
import type { Io } from './io.ts';
import { controllerVersion } from './version.ts';

/** A client of the API server, and where that is. Throws a Fault where the kubeconfig or the service account cannot be read. */
export function openClient(
  from: AccessFrom,
  env: Io['env'],
): { readonly client: KubernetesClient; readonly server: string } {
  const access = accessOf(from, env);
  const userAgent = `contour/${controllerVersion()} (${process.platform}/${process.arch})`;
  return { client: createClient({ access, userAgent }), server: access.server };
}

function accessOf(from: AccessFrom, env: Io['env']): ReturnType<typeof openAccess> {
  try {
    return openAccess(from, { env, now: () => performance.now(), date: () => new Date() });
  } catch (error) {
    throw error instanceof AccessError ? new Fault(error.message) : error;
  }
}
