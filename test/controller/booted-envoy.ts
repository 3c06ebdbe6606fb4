import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { createXdsServer, type XdsServer, type XdsServerOptions } from '../../xds/serve/server.ts';
import { hashes } from '../envoy-messages/hashes.ts';
import type { Identity } from '../support/authority.ts';
import { freePorts } from '../support/free-ports.ts';
import { everyKey, graphOf, type Parts } from '../support/graphs.ts';
import { runMain } from './run-main.ts';

export interface Ports {
  readonly xds: number;
  readonly stats: number;
  readonly admin: number;
  readonly http: number;
}

export async function fourPorts(): Promise<Ports> {
  const [xds = 0, stats = 0, admin = 0, http = 0] = await freePorts(4);
  return { xds, stats, admin, http };
}

export const adminSocket = (folder: string): string => path.join(folder, 'admin.sock');

/** What an Envoy has to be called on its command line. */
export const nameFlags = ['--service-node', 'envoy-7', '--service-cluster', 'edge'];

/** What `contour bootstrap` writes, on ports that are free here. Answers the file. */
export async function writeBootstrap(folder: string, ports: Ports, flags: readonly string[]): Promise<string> {
  const file = path.join(folder, 'envoy.json');
  const own = ['--admin-address', adminSocket(folder), '--xds-port', `${ports.xds}`];
  expect(await runMain(['bootstrap', file, ...own, ...flags])).toEqual({ code: 0, stdout: '', stderr: '' });
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(': 8002', `: ${ports.stats}`).replaceAll(': 9001', `: ${ports.admin}`));
  return file;
}

export function pemOf({ ca, certificate, key }: Identity): NonNullable<XdsServerOptions['tls']> {
  return { ca: readFileSync(ca), certificate: readFileSync(certificate), key: readFileSync(key) };
}

/** A controller that tells every Envoy one world. */
export async function serveXds(tls: XdsServerOptions['tls'], ports: Ports, parts: Parts = {}): Promise<XdsServer> {
  const xds = createXdsServer({ tls });
  await xds.listen(`127.0.0.1:${ports.xds}`);
  const http = { address: '127.0.0.1', port: ports.http };
  xds.demand((dialect) => {
    const graph = graphOf(parts);
    const world = createWorld(dialect, { ...defaultEnvoySettings, http }, hashes);
    xds.publish(dialect, world.update(graph, everyKey(graph)));
  });
  return xds;
}
