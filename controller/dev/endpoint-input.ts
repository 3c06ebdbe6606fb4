import type { Change, EndpointSlice, Service } from '../../routing/objects/kubernetes-object.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';

/** What the user's input says of one Service. */
export interface ServiceInput {
  service: Service | null;
  readonly slices: Map<RefKey, EndpointSlice>;
}

/** The user's Services and EndpointSlices, by `namespace/service`. */
export interface EndpointInput {
  /** Adds the Services that the change concerns to `touched`. False where the change is a slice's. */
  take(change: Change, touched: Set<string>): boolean;
  get(key: string): ServiceInput;
  services(): readonly Service[];
  /** Drops what is known of a Service where that is nothing. */
  tidy(key: string): void;
}

export function createEndpointInput(): EndpointInput {
  const services = new Map<string, ServiceInput>();
  /** The Service that each slice was last of. */
  const homes = new Map<RefKey, string>();

  function get(key: string): ServiceInput {
    const found = services.get(key) ?? { service: null, slices: new Map() };
    services.set(key, found);
    return found;
  }

  function moveSlice(key: RefKey, slice: EndpointSlice | null, touched: Set<string>): void {
    const before = homes.get(key);
    if (before !== undefined) {
      get(before).slices.delete(key);
      touched.add(before);
      homes.delete(key);
    }
    if (slice === null) return;
    const home = `${slice.metadata.namespace}/${slice.service}`;
    get(home).slices.set(key, slice);
    touched.add(home);
    homes.set(key, home);
  }

  return {
    take(change, touched) {
      const object = change.type === 'upsert' ? change.object : null;
      const ref = change.type === 'upsert' ? refOf(change.object) : change.ref;
      if (ref.kind === 'EndpointSlice') {
        moveSlice(refKey(ref), object?.kind === 'EndpointSlice' ? object : null, touched);
        return false;
      }
      if (ref.kind === 'Service') {
        const key = `${ref.namespace}/${ref.name}`;
        get(key).service = object?.kind === 'Service' ? object : null;
        touched.add(key);
      }
      return true;
    },
    get,
    services: () => [...services.values()].flatMap(({ service }) => service ?? []),
    tidy(key) {
      const { service, slices } = get(key);
      if (service === null && slices.size === 0) services.delete(key);
    },
  };
}
