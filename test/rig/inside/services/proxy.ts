import { loadBalancerRange } from '../../place.ts';
import type { Api } from '../api.ts';
import { follow, type Sink, type Stored } from '../follow.ts';
import { createForwards, type Dial, type Forwards, inTurn, openHere } from './forward.ts';
import { backendsOf, hasAddress, keyOf, type Service, serviceKey, type Slice } from './state.ts';

/** The Services of the rig, as they are now. */
export interface Services {
  find(namespace: string, name: string): Service | null;
  all(): Iterable<Service>;
  slices(service: Service): readonly Slice[];
}

function addressesOf(service: Service): readonly string[] {
  const given = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
  return [...(hasAddress(service) ? [service.spec.clusterIP ?? ''] : []), ...given];
}

/** Gives Services of type LoadBalancer an address, which is what a cloud does. */
function createBalancer(api: Api): (service: Service) => void {
  let last = 0;
  const asked = new Set<string>();
  const [high, low] = loadBalancerRange.split('.');
  return ({ metadata, spec, status }) => {
    const { namespace, name, uid } = metadata;
    if (spec.type !== 'LoadBalancer' || status?.loadBalancer?.ingress !== undefined || asked.has(uid)) return;
    asked.add(uid);
    last += 1;
    const ingress = [{ ip: `${high}.${low}.${last >> 8}.${last & 255}` }];
    api
      .patch(`/api/v1/namespaces/${namespace}/services/${name}/status`, { status: { loadBalancer: { ingress } } })
      .catch(() => asked.delete(uid));
  };
}

/** Where a Service is answered for, and by whom. */
function wanted(service: Service, slices: readonly Slice[]): ReadonlyMap<string, Dial | null> {
  const places = new Map<string, Dial | null>();
  for (const port of service.spec.ports ?? []) {
    if ((port.protocol ?? 'TCP') !== 'TCP') continue;
    for (const address of addressesOf(service)) places.set(`${address} ${port.port}`, inTurn(backendsOf(slices, port)));
  }
  return places;
}

/** All that is known of one Service. */
interface Entry {
  service: Service | null;
  readonly slices: Map<string, Slice>;
  readonly forwards: Forwards;
}

/** Puts objects of one kind into the entries that they belong to. */
function sinkInto<Item extends Stored>(
  keyFor: (item: Item) => string,
  place: (key: string, uid: string, item: Item | null) => void,
): Sink<Item> {
  const known = new Map<string, string>();
  const drop = (uid: string): void => {
    const key = known.get(uid);
    known.delete(uid);
    if (key !== undefined) place(key, uid, null);
  };
  return {
    put(item) {
      known.set(item.metadata.uid, keyFor(item));
      place(keyFor(item), item.metadata.uid, item);
    },
    remove: (item) => drop(item.metadata.uid),
    keepOnly(uids) {
      for (const uid of known.keys()) if (!uids.has(uid)) drop(uid);
    },
  };
}

/**
 * Takes connections at the addresses of Services and leads them to ready endpoints, for as long as this process lives.
 * `changed` is called after each change.
 */
export function serveServices(api: Api, changed: () => void): Services {
  const entries = new Map<string, Entry>();
  const balance = createBalancer(api);
  const touch = (key: string, change: (entry: Entry) => void): void => {
    const entry = entries.get(key) ?? { service: null, slices: new Map(), forwards: createForwards(openHere) };
    change(entry);
    const { service, slices, forwards } = entry;
    if (service === null && slices.size === 0) entries.delete(key);
    else entries.set(key, entry);
    forwards.arrange(service === null ? new Map() : wanted(service, [...slices.values()]));
    if (service !== null) balance(service);
    changed();
  };
  const services = sinkInto<Service>(
    ({ metadata }) => keyOf(metadata.namespace, metadata.name),
    (key, _uid, service) => touch(key, (entry) => (entry.service = service)),
  );
  const slices = sinkInto<Slice>(serviceKey, (key, uid, slice) =>
    touch(key, (entry) => {
      if (slice === null) entry.slices.delete(uid);
      else entry.slices.set(uid, slice);
    }),
  );
  void follow(api, '/api/v1/services', services);
  void follow(api, '/apis/discovery.k8s.io/v1/endpointslices', slices);
  return {
    find: (namespace, name) => entries.get(keyOf(namespace, name))?.service ?? null,
    all: () => [...entries.values()].flatMap(({ service }) => (service === null ? [] : [service])),
    slices: ({ metadata }) => [...(entries.get(keyOf(metadata.namespace, metadata.name))?.slices.values() ?? [])],
  };
}
