import type { Log } from '../log.ts';
import { followPeerAddresses, type PeerAddressesOptions, type PeerService } from './peer-addresses.ts';
import { createPeers, type Peer, type Peers, type PeersOptions } from './peers.ts';
import type { Tracking } from './track.ts';

export interface PeersWhileLeadingOptions extends Pick<PeerAddressesOptions, 'client' | 'clock' | 'timing'> {
  /** Null where this controller is told to be the only one. */
  readonly service: PeerService | null;
  readonly programming: Pick<Tracking, 'instance' | 'follow'>;
  readonly log: Log;
  readonly onChange: PeersOptions['onChange'];
}

/** The other controllers, which are asked while we lead: only who writes status has a use for what they tell. */
export interface PeersWhileLeading {
  /** Null where it is not known who else there is. */
  all(): readonly Peer[] | null;
  lead(leading: boolean): void;
}

export function peersWhileLeading(options: PeersWhileLeadingOptions): PeersWhileLeading {
  const { service, programming, log, onChange, ...ports } = options;
  let term: { readonly peers: Peers; readonly end: AbortController } | null = null;
  const onReach: PeersOptions['onReach'] = (address, reason) => {
    if (reason === null) log('info', 'another controller tells what its Envoys accept', { address });
    else log('warning', `another controller cannot be asked what its Envoys accept: ${reason}`, { address });
  };

  return {
    all: () => (service === null ? [] : (term?.peers.all ?? null)),
    lead(leading) {
      term?.end.abort();
      term?.peers.stop();
      term = null;
      if (!leading || service === null) return;
      const { clock } = ports;
      const { instance, follow } = programming;
      term = { peers: createPeers({ clock, instance, follow, onChange, onReach }), end: new AbortController() };
      followPeerAddresses({ ...ports, service, log, found: term.peers.found }, term.end.signal);
    },
  };
}
