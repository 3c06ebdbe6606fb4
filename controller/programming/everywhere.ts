import type { HostName } from '../../routing/graph/graph.ts';
import type { AskProgramming, HostProgramming } from '../status/programmed-condition.ts';
import type { Accepted } from './accepted.ts';
import type { Peer } from './peers.ts';

export interface EverywhereOptions {
  readonly local: Accepted;
  /** Null where it is not known who else there is. */
  readonly peers: () => readonly Peer[] | null;
  readonly digest: (host: HostName) => string | null;
}

/** Where the Envoys of all controllers together stand with a host as we compiled it. */
export function programmingEverywhere({ local, peers, digest }: EverywhereOptions): AskProgramming {
  return (host) => {
    const now = digest(host);
    const others = peers();
    const reached = [local, ...(others ?? []).map(({ accepted }) => accepted).filter((accepted) => accepted !== null)];
    const refusal = reached.map((one) => one.refusalOf(host)).find((one) => one !== null && one.digest === now);
    if (refusal !== undefined && refusal !== null) return { state: 'refused', message: refusal.message };
    const serving = reached.filter(({ envoys }) => envoys > 0);
    if (serving.some((one) => one.digestOf(host) !== now)) return { state: 'pending' };
    return unreached(others) ?? (serving.length === 0 ? noEnvoy : { state: 'accepted' });
  };
}

const noEnvoy: HostProgramming = {
  state: 'unknown',
  reason: 'NoEnvoy',
  message: 'no Envoy has accepted a whole world yet',
};

function unreached(peers: readonly Peer[] | null): HostProgramming | null {
  const reason = 'PeerUnreachable';
  if (peers === null)
    return { state: 'unknown', reason, message: 'it is not known yet which other controllers there are' };
  const away = peers.filter(({ accepted }) => accepted === null).map(({ address }) => address);
  if (away.length === 0) return null;
  const message = `the controller at ${away.sort().join(', ')} cannot be asked what its Envoys have accepted`;
  return { state: 'unknown', reason, message };
}
