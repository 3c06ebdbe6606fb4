import type { HostName } from '../../routing/graph/graph.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import type { Loop } from '../loop.ts';

/** Where one Envoy stands with a host as it is now. */
export type EnvoyVerdict =
  | { readonly state: 'accepted' | 'pending' }
  /** `message` is the Envoy's, scrubbed. */
  | { readonly state: 'refused'; readonly message: string };

/** Compares what an Envoy accepted with what it is served, in the dialect that it speaks. */
export function viewOf(envoy: EnvoyReport, served: Loop['served']): (host: HostName) => EnvoyVerdict {
  const own = served(envoy.dialect);
  const refusals = new Map<string, EnvoyReport['types'][number]['nacks'][number]>();
  for (const { type, nacks } of envoy.types) for (const nack of nacks) refusals.set(`${type} ${nack.name}`, nack);
  return (host) => {
    let state: 'accepted' | 'pending' = 'accepted';
    for (const { type, name } of own?.world.resourcesOf(host) ?? []) {
      const wanted = own?.snapshot.get(type, name)?.version;
      if (envoy.accepted(type, name) === wanted) continue;
      const refusal = refusals.get(`${type} ${name}`);
      if (refusal !== undefined && refusal.version === wanted) return { state: 'refused', message: refusal.message };
      state = 'pending';
    }
    return { state: own === null ? 'pending' : state };
  };
}
