import { hashes } from '../../../controller/hashes.ts';
import { createLoop, type Loop } from '../../../controller/loop.ts';
import { inspectKeyPair } from '../../../kubernetes/key-pair.ts';
import { createCompiler } from '../../../routing/compile.ts';
import { defaultSettings } from '../../../routing/graph/settings.ts';
import type { Change } from '../../../routing/objects/kubernetes-object.ts';
import { defaultEnvoySettings } from '../../../xds/envoy/settings.ts';
import { createWorld } from '../../../xds/envoy/world.ts';
import type { EnvoyReport } from '../../../xds/serve/server.ts';
import type { TypeUrl } from '../../../xds/snapshot/resource.ts';
import { decoded, rootProxy, routeTo, service } from '../status/statuses.ts';

export const hostOf = (name: string) => `${name}.example.com` as never;

/** A host of that name. */
export const host = (name: string, route = 'web'): Change => ({
  type: 'upsert',
  object: decoded(rootProxy(name, [routeTo('web'), ...(route === 'web' ? [] : [routeTo(route)])])),
});

const services: readonly Change[] = ['web', 'two', 'three'].map((name) => ({
  type: 'upsert',
  object: decoded({ ...service, metadata: { ...service.metadata, name } }),
}));

/** A controller's loop on objects that a test writes. */
export async function runLoop(
  ...first: readonly Change[]
): Promise<Loop & { apply(...changes: Change[]): Promise<void> }> {
  const envoy = { ...defaultEnvoySettings, regexMaxProgramSize: 1000 };
  const loop = createLoop({
    compiler: createCompiler(defaultSettings, { inspectKeyPair }),
    createWorld: (dialect) => createWorld(dialect, envoy, hashes),
    xds: { draft() {}, publish() {} },
    now: () => performance.now(),
  });
  const sink = loop.addSource();
  const apply = async (...changes: Change[]): Promise<void> => {
    sink(changes, performance.now());
    await loop.idle();
  };
  await apply(...services, ...first);
  // As `published` is read where it stands.
  return Object.assign(Object.create(loop) as Loop, { apply });
}

/** An Envoy that accepts the whole world when it is told to. */
export function fakeEnvoy(loop: Pick<Loop, 'served'>, node: string) {
  const versions = new Map<string, string>();
  const nacks: { type: TypeUrl; name: string; version: string; message: string; at: number }[] = [];
  let asked = 0;
  const all = (): readonly { type: TypeUrl; name: string; version: string }[] => {
    const { snapshot } = loop.served('ads-delta') ?? {};
    const types = ['cluster.v3.Cluster', 'route.v3.ScopedRouteConfiguration', 'listener.v3.Listener', 'route.v3.Route'];
    return types.flatMap((name) => {
      const type = `type.googleapis.com/envoy.config.${name}` as TypeUrl;
      return [...(snapshot?.names(type) ?? [])].map((of) => ({
        type,
        name: of,
        version: snapshot?.get(type, of)?.version ?? '',
      }));
    });
  };
  const envoy = {
    complete: true,
    /** How often somebody looked at what it accepted. */
    get asked() {
      return asked;
    },
    accept: () => all().forEach(({ type, name, version }) => versions.set(`${type} ${name}`, version)),
    refuse(part: string, message: string): void {
      nacks.splice(0);
      for (const one of all()) {
        if (!one.name.includes(part)) versions.set(`${one.type} ${one.name}`, one.version);
        else nacks.push({ ...one, message, at: 0 });
      }
    },
    report(): EnvoyReport {
      const types = [...new Set(nacks.map(({ type }) => type))].map((type) => {
        const of = nacks.filter((nack) => nack.type === type);
        return { type, subscribed: '*' as const, sent: 0, accepted: 0, pending: 0, nacks: of, ackedAt: null };
      });
      return {
        node,
        cluster: 'contour',
        envoyVersion: '1.40.0',
        streams: 1,
        address: null,
        metadata: new Map(),
        dialect: 'ads-delta',
        complete: envoy.complete,
        types,
        accepted(type, name) {
          asked += 1;
          return versions.get(`${type} ${name}`) ?? null;
        },
      };
    },
  };
  return envoy;
}
