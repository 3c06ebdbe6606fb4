import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { statisticsPort } from '../../xds/envoy/bootstrap/operator-listeners.ts';
import { askAdmin } from './admin.ts';
import { runEnvoy } from './run-envoy.ts';

/** An Envoy at an address of its own, as in a Pod: a controller finds its statistics where its streams come from. */
export interface CountedEnvoy {
  readonly address: string;
  /** One of its own counters or gauges; 0 where it has none. */
  value(name: string): Promise<number>;
  /** Kills it, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Whoever runs tests at the same time has other addresses. */
const third = process.pid % 250;
const second = 64 + ((process.pid >> 8) % 180);

/** @param id also the last part of its address */
export async function startCountedEnvoy(folder: string, id: number, xdsPort: number): Promise<CountedEnvoy> {
  const address = `127.${second}.${third}.${id}`;
  const socket = join(folder, `envoy-${id}.sock`);
  const listeners = {
    stats: { host: address, port: statisticsPort },
    admin: { path: join(folder, `envoy-${id}-operators.sock`) },
  };
  const booted = bootstrap({
    xds: { host: '127.0.0.1', port: xdsPort },
    admin: { path: socket },
    node: { id: `envoy-${id}`, cluster: 'contour' },
    listeners,
  }) as { readonly static_resources: { readonly clusters: [object, ...object[]] } };
  const [contour, ...clusters] = booted.static_resources.clusters;
  const bound = { ...contour, upstream_bind_config: { source_address: { address, port_value: 0 } } };
  const config = join(folder, `envoy-${id}.json`);
  const whole = { ...booted, static_resources: { ...booted.static_resources, clusters: [bound, ...clusters] } };
  writeFileSync(config, JSON.stringify(whole));
  let stop = await runEnvoy(config);
  return {
    address,
    async value(name) {
      const text = await askAdmin(socket, `/stats?filter=${encodeURIComponent(`^${name.replaceAll('.', '\\.')}$`)}`);
      return Number(/: ([0-9]+)$/m.exec(text)?.[1] ?? 0);
    },
    async restart() {
      await stop();
      stop = await runEnvoy(config);
    },
    stop: () => stop(),
  };
}
