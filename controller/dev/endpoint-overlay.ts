import type { Change, EndpointSlice, Service, ServicePort } from '../../routing/objects/kubernetes-object.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { messageOf } from '../fault.ts';
import type { BackendOverride } from './backends.ts';
import type { EchoIdentity, EchoListener } from './echo.ts';
import { createEndpointInput } from './endpoint-input.ts';
import { echoedPorts, planEndpoints } from './endpoint-plan.ts';
import { idleBackend } from './idle-backends.ts';

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
  /** A sentence for each override that moves no traffic as the input is now. */
  idle(): readonly string[];
  close(): Promise<void>;
}

export function createEndpointOverlay(options: OverlayOptions): EndpointOverlay {
  const input = createEndpointInput();
  const echoes = createEchoes(options);
  /** What the loop was told, by Service. */
  const told = new Map<string, ReadonlyMap<RefKey, EndpointSlice>>();

  async function replan(key: string): Promise<readonly Change[]> {
    const { service, slices } = input.get(key);
    const overrides = options.overrides.filter((each) => `${each.namespace}/${each.service}` === key);
    const plan = { service, slices: [...slices.values()], overrides };
    const ports = await echoes.listen(service, echoedPorts(plan));
    const planned = planEndpoints({ ...plan, echoPort: (port) => ports.get(port.port) ?? null });
    const wanted = new Map(planned.map((slice) => [refKey(refOf(slice)), slice]));
    const gone = [...(told.get(key)?.values() ?? [])].filter((slice) => !wanted.has(refKey(refOf(slice))));
    if (wanted.size === 0) told.delete(key);
    else told.set(key, wanted);
    input.tidy(key);
    return [
      ...gone.map((slice): Change => ({ type: 'delete', ref: refOf(slice) })),
      ...planned.map((object): Change => ({ type: 'upsert', object })),
    ];
  }

  return {
    async through(changes) {
      const touched = new Set<string>();
      const kept = changes.filter((change) => input.take(change, touched));
      const planned: Change[] = [];
      for (const key of touched) planned.push(...(await replan(key)));
      return [...kept, ...planned];
    },
    idle: () => options.overrides.flatMap((override) => idleBackend(override, input.services()) ?? []),
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
