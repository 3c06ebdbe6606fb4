import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DiscoveryResponse } from '../../xds/proto/generated/envoy/service/discovery/v3/discovery.ts';
import type { ConfigSource } from '../../xds/proto/generated/envoy/config/core/v3/config_source.ts';
import { type TypeUrl, typeUrl } from '../../xds/snapshot/resource.ts';
import { eventually } from '../support/eventually.ts';
import { runEnvoy } from './run-envoy.ts';

/** A folder of discovery responses that an Envoy reads instead of asking a controller. */
export interface Files {
  readonly folder: string;
  /** How a resource refers to those of another type in the folder. */
  source(type: TypeUrl): ConfigSource;
  /** All encoded resources of a type. To be called for every type that is referred to. */
  write(type: TypeUrl, resources: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

export async function createFiles(): Promise<Files> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contour-envoy-'));
  return {
    folder,
    source: (type) => ({
      configSourceSpecifier: { $case: 'pathConfigSource', value: { path: fileOf(folder, type) } },
      resourceApiVersion: 2,
    }),
    async write(type, resources) {
      const message = {
        versionInfo: '1',
        typeUrl: type,
        resources: resources.map((value) => ({ typeUrl: type, value })),
      };
      await writeFile(fileOf(folder, type), DiscoveryResponse.encode(message).finish());
    },
    close: () => rm(folder, { recursive: true }),
  };
}

function fileOf(folder: string, type: TypeUrl): string {
  return path.join(folder, `${type.slice(type.lastIndexOf('.') + 1)}.pb`);
}

/** Starts an Envoy on the folder and waits until it listens on `port`. Returns how to stop it. */
export async function startStaticEnvoy(files: Files, port: number): Promise<() => Promise<void>> {
  const stop = await runEnvoy(await writeBootstrap(files));
  await eventually(() => connectable(port));
  return stop;
}

async function writeBootstrap({ folder }: Files): Promise<string> {
  const watched = (type: TypeUrl) => ({ path_config_source: { path: fileOf(folder, type) } });
  const file = path.join(folder, 'bootstrap.json');
  const bootstrap = {
    node: { id: 'test', cluster: 'test' },
    dynamic_resources: { cds_config: watched(typeUrl.cluster), lds_config: watched(typeUrl.listener) },
    layered_runtime: {
      layers: [{ name: 'test', static_layer: { 're2.max_program_size.error_level': 1000 } }],
    },
  };
  await writeFile(file, JSON.stringify(bootstrap));
  return file;
}

async function connectable(port: number): Promise<void> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
