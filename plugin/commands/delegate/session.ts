import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { DelegateWriteFlags } from '../../command-line/delegate-specs.ts';
import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import type { Io } from '../../io.ts';
import { openCluster, type Cluster } from '../../load/cluster.ts';
import { objectCluster } from '../../load/object-cluster.ts';
import { objectFiles, type ObjectFiles } from '../../load/object-files.ts';
import { clusterTrial, filesTrial } from '../../load/trial-world.ts';
import type { ObjectStore } from '../../services/change/object-store.ts';
import { namespaceOf } from '../../services/change/object-name.ts';
import type { TrialWorld } from '../../services/delegate/world.ts';
import { writerOf } from '../change/options.ts';
import { filled } from '../scope.ts';

export type WriteFlags = DelegateWriteFlags & ConnectionFlags;

/** Where a command works. */
export type Session =
  | {
      readonly type: 'cluster';
      readonly cluster: Cluster;
      readonly store: ObjectStore;
      readonly namespace: string;
      /** Compiled anew, from what is there now. */
      trial(): Promise<TrialWorld>;
    }
  | {
      readonly type: 'files';
      readonly store: ObjectFiles;
      readonly paths: readonly string[];
      readonly namespace: string;
      trial(): Promise<TrialWorld>;
    };

/** Files with -f, else the cluster. `others` are namespaces to look at beside that of -n. Rejects with CommandFailure. */
export async function openSession(
  flags: WriteFlags,
  io: Io,
  command: string,
  others: readonly (string | null)[],
): Promise<Session> {
  const { filename: paths } = flags;
  if (paths.length > 0) {
    const text = paths.includes('-') ? await io.readStdin() : '';
    const namespace = filled(flags.namespace) ?? 'default';
    const store = await objectFiles({ paths, namespace }, async () => text);
    return { type: 'files', store, paths, namespace, trial: () => filesTrial(paths, false, async () => text) };
  }
  const cluster = await openCluster(flags, io, command);
  const { signal } = new AbortController();
  const look = (): string => `${io.program} delegate list`;
  const store = objectCluster({ cluster, writer: writerOf(flags, command, io), look, signal });
  const { namespace } = cluster;
  const places = [...new Set([namespace, ...others.filter((each) => each !== null)])];
  return { type: 'cluster', cluster, store, namespace, trial: () => clusterTrial(cluster, places, signal) };
}

/** The flags, which name the cluster of a session again, whatever context the kubeconfig has by now. */
export function pinned(flags: WriteFlags, session: Session): WriteFlags {
  if (session.type === 'files' || session.cluster.context === null) return flags;
  return { ...flags, context: session.cluster.context };
}

/** Where an object without a namespace is. */
export function homeIn({ namespace }: Session, object: JsonObject): string {
  return namespaceOf(object) ?? namespace;
}
