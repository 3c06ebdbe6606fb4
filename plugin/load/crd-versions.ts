import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';
import type { ConnectionFlags } from '../command-line/connection-flags.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { CrdVersions } from '../version-report.ts';
import { openCluster } from './cluster.ts';

const group = 'projectcontour.io';

/** What the API server serves of Contour's kinds, which everybody may ask; null where there is none that says. */
export async function crdVersions(flags: ConnectionFlags, io: Io): Promise<CrdVersions | null> {
  try {
    const { raw } = await openCluster(flags, io, 'version');
    return { group, versions: versionsIn(await raw.get(`/apis/${group}`, { signal: new AbortController().signal })) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { group, versions: [] };
    // Why the cluster does not answer is told with the controller, which is looked for there, too.
    if (error instanceof CommandFailure || isKubernetesError(error)) return null;
    throw error;
  }
}

/** https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#apigroup-v1-meta */
function versionsIn(found: unknown): readonly string[] {
  const versions = isRecord(found) && Array.isArray(found['versions']) ? found['versions'] : [];
  return versions.flatMap((each) => (isRecord(each) && typeof each['version'] === 'string' ? [each['version']] : []));
}
