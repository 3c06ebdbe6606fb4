import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEcho } from '../../controller/dev/echo.ts';
import { startEnvoy } from '../../controller/dev/envoy-process.ts';
import { createLoop, type Loop } from '../../controller/loop.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { createCompiler } from '../../routing/compile.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { decode } from '../../routing/objects/decode.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { createXdsServer, type EnvoyReport, type XdsServer } from '../../xds/serve/server.ts';
import { type Dialect, typeUrl } from '../../xds/snapshot/resource.ts';
import { hashes } from '../envoy-messages/hashes.ts';
import { testEnvoy } from '../support/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { askAdmin } from './admin.ts';
import { type Manifest, service, slice } from './manifests.ts';

export interface Ports {
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** A real Envoy beside the whole. */
export interface Proxy extends Ports {
  /** What the controller knows of it; throws while it is not connected. */
  report(): EnvoyReport;
  /** The answer of its admin endpoint. */
  admin(path: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Backend {
  readonly port: number;
  /** Its Service and EndpointSlice. */
  readonly objects: readonly Manifest[];
}

/** From objects to real Envoys, in this process: all of the controller but where its objects come from. */
export interface Whole {
  readonly xds: XdsServer;
  readonly loop: Loop;
  /** What there is of a first world before it is whole: the first `apply` or `remove` makes it so. */
  draft(...manifests: readonly Manifest[]): void;
  /** Creates or replaces objects, at once. Resolves when Envoys are being told. */
  apply(...manifests: readonly Manifest[]): Promise<void>;
  remove(...manifests: readonly Manifest[]): Promise<void>;
  /** Both in one batch, removals first. */
  swap(removed: readonly Manifest[], applied: readonly Manifest[]): Promise<void>;
  /** Starts an echo, for a Service of that name to be applied. */
  backend(name: string): Promise<Backend>;
  /** Where an Envoy of that dialect listens. */
  portsOf(dialect: Dialect): Ports;
  /** One of a dialect at a time. Resolves when it listens. */
  envoy(dialect?: Dialect): Promise<Proxy>;
  /** Resolves when every Envoy has answered all it was told so far; it may ask for more. */
  settled(): Promise<void>;
  /** Resolves when every Envoy runs all of the world as it is. */
  live(): Promise<void>;
  close(): Promise<void>;
}

export const dialects: readonly Dialect[] = ['ads-delta', 'ads-sotw', 'delta', 'sotw'];

export async function startWhole(): Promise<Whole> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contour-whole-'));
  const ports = await freePorts(2 * dialects.length);
  const portsOf = (dialect: Dialect): Ports => {
    const at = 2 * dialects.indexOf(dialect);
    return { httpPort: ports[at] as number, httpsPort: ports[at + 1] as number };
  };
  const { xds, loop, sink } = openController(portsOf);
  const socket = path.join(folder, 'xds.sock');
  await xds.listen(`unix:${socket}`);
  const closing: (() => Promise<void>)[] = [];
  const swap = async (removed: readonly Manifest[], applied: readonly Manifest[]) => {
    const deletions: Change[] = removed.map((manifest) => ({ type: 'delete', ref: refOf(decoded(manifest)) }));
    sink([...deletions, ...applied.map(upsertOf)], performance.now());
    await loop.idle();
  };
  return {
    xds,
    loop,
    draft: (...manifests) => loop.draft(manifests.map(upsertOf)),
    apply: (...manifests) => swap([], manifests),
    remove: (...manifests) => swap(manifests, []),
    swap,
    async backend(name) {
      const echo = await openEcho({ namespace: 'shop', service: name, port: 80 });
      closing.push(() => echo.close());
      return { port: echo.port, objects: [service(name), slice(name, echo.port)] };
    },
    portsOf,
    async envoy(dialect = 'ads-delta') {
      const proxy = await openProxy(folder, socket, dialect, portsOf(dialect), xds);
      closing.push(() => proxy.stop());
      return proxy;
    },
    settled: () => eventually(() => nothingPending(xds)),
    live: () => eventually(() => allAccepted(xds, loop)),
    async close() {
      for (const end of closing.reverse()) await end();
      loop.stop();
      await xds.close();
      await rm(folder, { recursive: true });
    },
  };
}

function openController(portsOf: Whole['portsOf']) {
  const xds = createXdsServer({
    tls: null,
    onFault(error) {
      throw error;
    },
  });
  const loop = createLoop({
    compiler: createCompiler(defaultSettings, { inspectKeyPair }),
    createWorld(dialect) {
      const { httpPort, httpsPort } = portsOf(dialect);
      const bound = (port: number) => ({ address: '127.0.0.1', port });
      return createWorld(dialect, { ...defaultEnvoySettings, http: bound(httpPort), https: bound(httpsPort) }, hashes);
    },
    xds,
    now: () => performance.now(),
  });
  xds.demand((dialect) => loop.demand(dialect));
  return { xds, loop, sink: loop.addSource() };
}

function upsertOf(manifest: Manifest): Change {
  return { type: 'upsert', object: decoded(manifest) };
}

function decoded(manifest: Manifest): KubernetesObject {
  const result = decode(manifest);
  if (result.type !== 'object') throw new Error(`not an object: ${JSON.stringify(result)}`);
  return result.object;
}

async function openProxy(
  folder: string,
  socket: string,
  dialect: Dialect,
  ports: Ports,
  xds: XdsServer,
): Promise<Proxy> {
  const config = path.join(folder, `${dialect}.json`);
  const admin = path.join(folder, `${dialect}.sock`);
  const node = { id: dialect, cluster: 'contour' };
  const options = { xds: { path: socket }, admin: { path: admin }, node, dialect };
  await writeFile(config, JSON.stringify(bootstrap(options)));
  const envoy = startEnvoy({ binary: await testEnvoy(), config, say: () => {}, hasConnected: () => false, pauses: [] });
  await eventually(() => connectable(ports.httpPort));
  return {
    ...ports,
    report() {
      const report = xds.envoys().find(({ node }) => node === dialect);
      if (report === undefined) throw new Error(`${dialect} is not connected`);
      return report;
    },
    admin: (page) => askAdmin(admin, page),
    stop: () => envoy.stop(),
  };
}

async function connectable(port: number): Promise<void> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

function nothingPending(xds: XdsServer): void {
  for (const { node, complete, types } of xds.envoys()) {
    const behind = types.filter(({ pending }) => pending > 0);
    if (!complete || behind.length > 0) throw new Error(`${node} is behind: ${JSON.stringify(behind)}`);
  }
}

function allAccepted(xds: XdsServer, loop: Loop): void {
  nothingPending(xds);
  for (const { node, dialect, accepted } of xds.envoys()) {
    const snapshot = loop.served(dialect)?.snapshot;
    for (const type of Object.values(typeUrl)) {
      for (const name of snapshot?.names(type) ?? []) {
        const isAccepted = accepted(type, name) === snapshot?.get(type, name)?.version;
        if (!isAccepted) throw new Error(`${node} does not run ${type} ${name}`);
      }
    }
  }
}
