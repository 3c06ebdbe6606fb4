import type { Change, EndpointSlice, Service, ServicePort } from '../../routing/objects/kubernetes-object.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { messageOf } from '../fault.ts';
import type { BackendOverride } from './backends.ts';
import type { EchoIdentity, EchoListener } from './echo.ts';
import { echoedPorts, planEndpoints } from './endpoint-plan.ts';

export interface OverlayOptions {
  readonly overrides: readonly BackendOverride[];
  /** Null where no echo is wanted. */
  readonly openEcho: ((identity: EchoIdentity) => Promise<EchoListener>) | null;
  /** Takes a sentence when an echo listener could not be opened. */
  readonly say: (line: string) => void;
}

/** Stands between a source and the loop, and says where Services without endpoints of their own send traffic. */
export interface EndpointOverlay {
  /** The batch as the loop should take it: Services and slices of the user's, and ours. */
  through(changes: readonly Change[]): Promise<readonly Change[]>;
  close(): Promise<void>;
}

interface Known {
  service: Service | null;
  readonly slices: Map<RefKey, EndpointSlice>;
  /** What the loop was told. */
  told: ReadonlyMap<RefKey, EndpointSlice>;
}

function serviceKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function createEndpointOverlay(options: OverlayOptions): EndpointOverlay {
  const services = new Map<string, Known>();
  const homes = new Map<RefKey, string>();
  const echoes = createEchoes(options);

  function known(key: string): Known {
    const found = services.get(key) ?? { service: null, slices: new Map(), told: new Map() };
    services.set(key, found);
    return found;
  }

  function forgetSlice(key: RefKey, touched: Set<string>): void {
    const home = homes.get(key);
    if (home === undefined) return;
    homes.delete(key);
    known(home).slices.delete(key);
    touched.add(home);
  }

  function takeSlice(slice: EndpointSlice, touched: Set<string>): void {
    const key = refKey(refOf(slice));
    forgetSlice(key, touched);
    const home = serviceKey(slice.metadata.namespace, slice.service);
    homes.set(key, home);
    known(home).slices.set(key, slice);
    touched.add(home);
  }

  /** True where the change goes on as it is. */
  function take(change: Change, touched: Set<string>): boolean {
    if (change.type === 'upsert' && change.object.kind === 'EndpointSlice') {
      takeSlice(change.object, touched);
      return false;
    }
    const ref = change.type === 'upsert' ? refOf(change.object) : change.ref;
    if (ref.kind === 'EndpointSlice') {
      forgetSlice(refKey(ref), touched);
      return false;
    }
    if (ref.kind === 'Service') {
      const key = serviceKey(ref.namespace, ref.name);
      known(key).service = change.type === 'upsert' && change.object.kind === 'Service' ? change.object : null;
      touched.add(key);
    }
    return true;
  }

  async function replan(key: string): Promise<readonly Change[]> {
    const state = known(key);
    const overrides = options.overrides.filter((each) => serviceKey(each.namespace, each.service) === key);
    const plan = { service: state.service, slices: [...state.slices.values()], overrides };
    const ports = await echoes.listen(state.service, echoedPorts(plan));
    const wanted = new Map(
      planEndpoints({ ...plan, echoPort: (port) => ports.get(port.port) ?? null }).map((slice) => [
        refKey(refOf(slice)),
        slice,
      ]),
    );
    const gone = [...state.told.values()].filter((slice) => !wanted.has(refKey(refOf(slice))));
    state.told = wanted;
    if (state.service === null && state.slices.size === 0) services.delete(key);
    return [
      ...gone.map((slice): Change => ({ type: 'delete', ref: refOf(slice) })),
      ...[...wanted.values()].map((object): Change => ({ type: 'upsert', object })),
    ];
  }

  return {
    async through(changes) {
      const touched = new Set<string>();
      const kept = changes.filter((change) => take(change, touched));
      const planned: Change[] = [];
      for (const key of touched) planned.push(...(await replan(key)));
      return [...kept, ...planned];
    },
    close: echoes.close,
  };
}

/** Echo listeners, opened when first wanted. They stay: Envoy may still be sending to one that is no longer named. */
function createEchoes({ openEcho, say }: OverlayOptions) {
  const listeners = new Map<string, EchoListener>();

  async function open(identity: EchoIdentity): Promise<EchoListener | null> {
    try {
      return openEcho === null ? null : await openEcho(identity);
    } catch (error) {
      say(`no echo for service ${identity.namespace}/${identity.service} port ${identity.port}: ${messageOf(error)}`);
      return null;
    }
  }

  return {
    /** Loopback ports by Service port. */
    async listen(service: Service | null, wanted: readonly ServicePort[]): Promise<ReadonlyMap<number, number>> {
      const ports = new Map<number, number>();
      if (service === null) return ports;
      const { namespace, name } = service.metadata;
      for (const { port } of wanted) {
        const key = `${namespace}/${name}/${port}`;
        const listener = listeners.get(key) ?? (await open({ namespace, service: name, port }));
        if (listener === null) continue;
        listeners.set(key, listener);
        ports.set(port, listener.port);
      }
      return ports;
    },
    async close(): Promise<void> {
      await Promise.all([...listeners.values()].map((listener) => listener.close()));
      listeners.clear();
    },
  };
}
