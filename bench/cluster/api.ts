import { createClient, type KubernetesClient } from '../../kubernetes/client.ts';
import { openAccess } from '../../kubernetes/kube-config.ts';

export type Api = KubernetesClient;

/** As the administrator of the rig that this process is in. */
export async function openApi(): Promise<Api> {
  const files = [process.env['KUBECONFIG'] ?? ''];
  const ports = { env: process.env, now: () => performance.now(), date: () => new Date() };
  return createClient({ access: openAccess({ type: 'kubeconfig', files }, ports), userAgent: 'contour-bench' });
}

export const never: AbortSignal = new AbortController().signal;

/** Where the objects of the benchmarks live. */
export const proxiesPath = '/apis/projectcontour.io/v1/namespaces/bench/httpproxies';
