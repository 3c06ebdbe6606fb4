import type { HostName } from '../routing/graph/graph.ts';
import type { EnvoyReport } from '../xds/serve/server.ts';
import type { Dialect } from '../xds/snapshot/resource.ts';
import type { Served } from './loop.ts';

export interface ProgrammedOptions {
  readonly envoys: () => readonly EnvoyReport[];
  readonly served: (dialect: Dialect) => Served | null;
}

/**
 * Answers how many Envoys have accepted all of a host's resources at their present version, of how many that have
 * accepted one whole world. Envoys that are still starting count in neither.
 */
export function createProgrammed({
  envoys,
  served,
}: ProgrammedOptions): (host: string) => { readonly envoys: number; readonly of: number } {
  return (host) => {
    const complete = envoys().filter((envoy) => envoy.complete);
    const accepting = complete.filter((envoy) => {
      const own = served(envoy.dialect);
      return own?.world
        .resourcesOf(host as HostName)
        .every(({ type, name }) => envoy.accepted(type, name) === own.snapshot.get(type, name)?.version);
    });
    return { envoys: accepting.length, of: complete.length };
  };
}
