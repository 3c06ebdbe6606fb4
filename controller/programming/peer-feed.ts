import type { HostName } from '../../routing/graph/graph.ts';
import type { OpenFeed } from '../../xds/serve/feed.ts';
import type { LocalAccepted } from './local.ts';
import { encodePeerMessage } from './peer-message.ts';

/** Hosts in one message: some 50 kB. */
const hostsATime = 500;

/** Tells a peer what our Envoys accepted: all of it first, then what moves, however often it moved meanwhile once. */
export function peerFeed(local: LocalAccepted, instance: string): OpenFeed {
  return (wake) => {
    const untold = new Set<HostName>(local.hosts());
    let isDue = true;
    const stop = local.onChange((hosts) => {
      for (const host of hosts) untold.add(host);
      isDue = true;
      wake();
    });
    return {
      next() {
        if (!isDue) return null;
        const hosts = taken(untold);
        isDue = untold.size > 0;
        const reports = hosts.map((host) => ({ host, digest: local.digestOf(host), refusal: local.refusalOf(host) }));
        return encodePeerMessage({ instance, whole: !isDue, envoys: local.envoys, hosts: reports });
      },
      close: stop,
    };
  };
}

function taken(untold: Set<HostName>): readonly HostName[] {
  const hosts: HostName[] = [];
  for (const host of untold) {
    if (hosts.length === hostsATime) break;
    hosts.push(host);
  }
  for (const host of hosts) untold.delete(host);
  return hosts;
}
