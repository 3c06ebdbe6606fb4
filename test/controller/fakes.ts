import type { Compiler } from '../../routing/compile.ts';
import type { GraphChange, HostGraph, HostName } from '../../routing/graph/graph.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';
import type { World } from '../../xds/envoy/world.ts';
import { typeUrl, type Resource, type TypeUrl, type WorldChange } from '../../xds/snapshot/resource.ts';

export const noChange: GraphChange = { hosts: new Set(), endpoints: new Set(), secrets: new Set(), objects: new Set() };

export function deletion(name: string): Change {
  return { type: 'delete', ref: { kind: 'Service', namespace: 'shop', name } };
}

/** Remembers the batches it was given; `busyMs` of each is spent by `spend`. */
export function fakeCompiler(spend: () => void = () => {}): Compiler & {
  readonly batches: (readonly Change[])[];
  readonly hosts: Map<HostName, HostGraph>;
} {
  const batches: (readonly Change[])[] = [];
  const hosts = new Map<HostName, HostGraph>();
  return {
    batches,
    hosts,
    graph: { hosts, endpoints: new Map(), secrets: new Map(), objects: new Map() },
    apply(changes) {
      batches.push(changes);
      spend();
      return noChange;
    },
    unitKeys: (kind) => (kind === 'host' ? ['a.example.com', 'b.example.com'] : []),
    unit: (kind, key) => (key === 'a.example.com' ? { kind, key, reads: ['HTTPProxy/shop/root'] } : null),
    object: () => null,
  };
}

export function resource(
  type: TypeUrl,
  name: string,
  version: string,
  bytes: Uint8Array = new Uint8Array(3),
): Resource {
  return { type, name, version, bytes, needs: [], warms: [] };
}

/** A world in which host H has the scope and the route of its name. */
export function fakeWorld(first: WorldChange): World & {
  readonly updates: GraphChange[];
  readonly prepared: GraphChange[];
} {
  const updates: GraphChange[] = [];
  const prepared: GraphChange[] = [];
  return {
    updates,
    prepared,
    prepare: (_graph, change) => void prepared.push(change),
    draft: () => ({ upserts: [], removals: [] }),
    update(_graph, change) {
      updates.push(change);
      return updates.length === 1 ? first : { upserts: [], removals: [] };
    },
    hostOf: (_type, name) => name as never,
    resourcesOf: (host) => [
      { type: typeUrl.scopedRoute, name: host },
      { type: typeUrl.route, name: host },
    ],
  };
}
