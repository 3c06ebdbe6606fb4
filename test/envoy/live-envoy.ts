import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Graph } from '../../routing/graph/graph.ts';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { defaultEnvoySettings, type EnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { createXdsServer, type EnvoyReport } from '../../xds/serve/server.ts';
import type { Dialect } from '../../xds/snapshot/resource.ts';
import { hashes } from '../envoy-messages/hashes.ts';
import { freePorts } from '../support/free-ports.ts';
import { everyKey, graphOf, type Parts } from '../support/graphs.ts';

import { askAdmin } from './admin.ts';
import { runEnvoy } from './run-envoy.ts';

/** A real Envoy that is told a world of ours over gRPC. */
export interface LiveEnvoy {
  readonly http: number;
  readonly https: number;
  /** Tells it the next world. */
  serve(parts: Parts): void;
  /** What it says of itself to the controller; throws while it is not connected. */
  report(): EnvoyReport;
  /** The answer of its admin endpoint. */
  admin(page: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startLiveEnvoy(dialect: Dialect, own: Partial<EnvoySettings> = {}): Promise<LiveEnvoy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contour-live-'));
  const [http, https] = (await freePorts(2)) as [number, number];
  const server = createXdsServer({ tls: null });
  const socket = path.join(folder, 'xds.sock');
  await server.listen(`unix:${socket}`);
  const bound = (port: number) => ({ address: '127.0.0.1', port });
  const settings = { ...defaultEnvoySettings, http: bound(http), https: bound(https), ...own };
  const world = createWorld(dialect, settings, hashes);
  let last: Graph = graphOf({});
  const config = path.join(folder, 'bootstrap.json');
  const admin = { path: path.join(folder, 'admin.sock') };
  await writeFile(config, JSON.stringify(bootstrap({ xds: { path: socket }, admin, dialect })));
  const stopEnvoy = await runEnvoy(config);
  return {
    http,
    https,
    serve(parts) {
      const graph = graphOf(parts);
      server.publish(dialect, world.update(graph, everyKey(last, graph)));
      last = graph;
    },
    report() {
      const [report] = server.envoys();
      if (report === undefined) throw new Error('Envoy is not connected');
      return report;
    },
    admin: (page) => askAdmin(admin.path, page),
    async stop() {
      await stopEnvoy();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
