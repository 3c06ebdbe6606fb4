import { hash } from 'node:crypto';
import type { Graph, HostName } from '../../routing/graph/graph.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import type { Loop } from '../loop.ts';

/** Carry other hosts too, or move without this one: what of them is this host's stands beside them. */
const shared: ReadonlySet<string> = new Set([typeUrl.listener, typeUrl.secret]);

/**
 * Stands for all that Envoys are told of a host, whichever dialect they speak; null of a host that is not there. It
 * follows from the versions of one dialect, which every controller keeps.
 */
export function hostDigests(graph: Graph, served: Loop['served']): (host: HostName) => string | null {
  return (host) => {
    const world = served('ads-delta');
    const found = graph.hosts.get(host);
    if (world === null || found === undefined) return null;
    const versions = world.world
      .resourcesOf(host)
      .filter(({ type }) => !shared.has(type))
      .map(({ type, name }) => [type, name, world.snapshot.get(type, name)?.version]);
    const { secret, minimumProtocolVersion, maximumProtocolVersion } = found.secure ?? {};
    const told = [versions, secret?.namespace, secret?.name, minimumProtocolVersion, maximumProtocolVersion];
    return hash('sha256', JSON.stringify(told), 'base64url').slice(0, 22);
  };
}
