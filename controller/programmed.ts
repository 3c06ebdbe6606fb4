import type { HostName } from '../routing/graph/graph.ts';
import { type MissingEnvoy, type Programmed, programmedOf } from '../routing/programmed.ts';
import type { EnvoyReport } from '../xds/serve/server.ts';
import type { Loop } from './loop.ts';
import { viewOf } from './programming/envoy-view.ts';

export interface ProgrammedOptions {
  readonly envoys: () => readonly EnvoyReport[];
  readonly served: Loop['served'];
}

/**
 * Answers how many Envoys have accepted all of a host's resources at their present version, of how many that have
 * accepted one whole world. Envoys that are still starting count in neither.
 */
export function createProgrammed({ envoys, served }: ProgrammedOptions): (host: string) => Programmed {
  return (host) => {
    const complete = envoys().filter((envoy) => envoy.complete);
    const missing = complete.flatMap((envoy): readonly MissingEnvoy[] => {
      const verdict = viewOf(envoy, served)(host as HostName);
      if (verdict.state === 'accepted') return [];
      return [{ envoy: envoy.node, message: verdict.state === 'refused' ? verdict.message : null }];
    });
    return programmedOf(complete.length - missing.length, complete.length, missing);
  };
}
