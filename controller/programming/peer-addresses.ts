import { type ItemChange, listWatch, type ListWatchOptions } from '../../kubernetes/list-watch.ts';
import { resources } from '../../kubernetes/resources.ts';
import { wholeObjects } from '../../kubernetes/watched.ts';
import type { EndpointSlice, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import type { Log } from '../log.ts';

/** The Service by which Envoys, and controllers, find the controllers. */
export interface PeerService {
  readonly namespace: string;
  readonly name: string;
}

export interface PeerAddressesOptions extends Pick<ListWatchOptions<unknown>, 'client' | 'clock' | 'timing'> {
  readonly service: PeerService;
  readonly log: Log;
  /** Called with `HOST:PORT` of each that is ready, whenever they may have changed. */
  readonly found: (addresses: readonly string[]) => void;
}

/** Follows the controllers that are ready, by their Service's EndpointSlices, until `signal` is aborted. */
export function followPeerAddresses(options: PeerAddressesOptions, signal: AbortSignal): void {
  const { client, clock, timing, service, log, found } = options;
  const slices = new Map<string, EndpointSlice>();

  function take(changes: readonly ItemChange<KubernetesObject>[]): void {
    for (const change of changes) {
      if (change.type === 'gone') slices.delete(change.name);
      else if (change.item.kind === 'EndpointSlice') slices.set(change.item.metadata.name, change.item);
    }
    const ours = [...slices.values()].filter((slice) => slice.service === service.name);
    found([...new Set(ours.flatMap(addressesOf))].sort());
  }

  const onHealth: ListWatchOptions<unknown>['onHealth'] = ({ reason }) => {
    if (reason !== null) log('warning', `the other controllers are not known: ${reason}`);
  };
  const watched = wholeObjects(resources.EndpointSlice, service.namespace);
  void listWatch({ client, clock, timing, watched, sink: take, onHealth }, signal);
}

/** A Service that names its ports has one for Envoys; its only port needs no name. */
const portName = 'xds';

function addressesOf({ addressType, ports, endpoints }: EndpointSlice): readonly string[] {
  const [only] = ports;
  const port = (ports.find(({ name }) => name === portName) ?? (ports.length === 1 ? only : undefined))?.port ?? null;
  if (port === null || addressType === 'FQDN') return [];
  return endpoints
    .filter(({ ready }) => ready)
    .flatMap(({ addresses }) => addresses.slice(0, 1))
    .map((address) => (addressType === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`));
}
