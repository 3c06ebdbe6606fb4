import { type ItemChange, listWatch, type ListWatchOptions } from '../../kubernetes/list-watch.ts';
import { resources } from '../../kubernetes/resources.ts';
import { isRecord, type Watched } from '../../kubernetes/watched.ts';
import type { Log } from '../log.ts';
import { type Address, addressesIn } from './addresses.ts';

export interface EnvoyServiceOptions extends Pick<ListWatchOptions<unknown>, 'client' | 'clock' | 'timing'> {
  readonly namespace: string;
  readonly name: string;
  readonly log: Log;
  readonly changed: () => void;
}

/**
 * Follows the one Service whose load balancer leads to the Envoys, until `signal` is aborted. Its addresses are null
 * while it has had none since we look: those that are written elsewhere may be of another load balancer, and to take them
 * away would take their hosts out of the DNS. Once it had some, to lose them is to have none.
 */
export function followEnvoyService(options: EnvoyServiceOptions, signal: AbortSignal): () => readonly Address[] | null {
  const { client, clock, timing, namespace, name, log, changed } = options;
  let addresses: readonly Address[] | null = null;

  function take(changes: readonly ItemChange<readonly Address[]>[]): void {
    const before = JSON.stringify(addresses);
    for (const change of changes) {
      const found = change.type === 'put' ? change.item : [];
      if (found.length > 0 || addresses !== null) addresses = found;
    }
    if (JSON.stringify(addresses) !== before) changed();
  }

  void listWatch(
    {
      client,
      clock,
      timing,
      watched: serviceAddresses(namespace, name),
      sink: take,
      onHealth: ({ reason }) => {
        if (reason !== null) log('warning', `the addresses of Service ${namespace}/${name} are not known: ${reason}`);
      },
    },
    signal,
  );
  return () => addresses;
}

function serviceAddresses(namespace: string, name: string): Watched<readonly Address[]> {
  return {
    resource: resources.Service,
    namespace,
    fieldSelector: `metadata.name=${name}`,
    namesOnly: false,
    read: ({ status }) => addressesIn(isRecord(status) ? status['loadBalancer'] : null),
  };
}
