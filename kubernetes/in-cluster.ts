import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a Pod finds the service account that it runs as. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether this is a Pod with a service account. */
export function isInCluster(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST']) && existsSync(path.join(serviceAccountFolder, 'token'));
}
