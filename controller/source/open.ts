import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { ServeConfig } from '../config.ts';
import type { Daemon, DaemonOptions } from '../daemon.ts';
import type { Io } from '../io.ts';
import type { Log } from '../log.ts';
import { createDirectorySource } from './directory.ts';

/** A source, and what the daemon says of it. */
export interface OpenedSource extends Pick<DaemonOptions, 'source' | 'reads' | 'readyChecks'> {
  /** Begins to contend for the right to write status, and to write it; null where there is nothing to write to. */
  readonly startStatus: ((daemon: Pick<Daemon, 'loop' | 'programming' | 'xds'>) => { stop(): Promise<void> }) | null;
}

/** Opens what the flags name. Throws a Fault, one plain sentence, where a cluster cannot even be tried. */
export async function openSource(
  { manifests, cluster }: ServeConfig,
  settings: CompileSettings,
  ports: { readonly env: Io['env']; readonly log: Log },
): Promise<OpenedSource> {
  if (cluster !== null) {
    // The library that reads kubeconfigs is large, and a folder needs none of it.
    const { openCluster } = await import('./open-cluster.ts');
    return openCluster(cluster, settings, ports);
  }
  return {
    source: createDirectorySource(manifests),
    reads: { directory: manifests.join(', ') },
    readyChecks: () => [],
    startStatus: null,
  };
}
