import { setTimeout as delay } from 'node:timers/promises';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import type { ReadyCheck } from '../debug/ready-page.ts';
import { accepts } from './ports.ts';

/** Ready once an Envoy has accepted a whole world and its listeners take connections; stays ready. */
export interface Readiness {
  readonly checks: () => readonly ReadyCheck[];
  /** To be called whenever an Envoy has answered; `ports` are those it was told to listen on. */
  progress(envoys: readonly EnvoyReport[], ports: readonly number[]): void;
  readonly ready: Promise<void>;
}

/** Accepting a listener and opening its port are two moments in Envoy, a few milliseconds apart. */
const knockEveryMs = 5;

export function createReadiness(): Readiness {
  let complete = false;
  let listening = false;
  const { promise: ready, resolve } = Promise.withResolvers<void>();

  async function knock(ports: readonly number[]): Promise<void> {
    for (const port of ports) {
      while (!(await accepts(port))) await delay(knockEveryMs);
    }
    listening = true;
    resolve();
  }

  return {
    checks: () => [
      { name: 'envoy', ok: complete, missing: 'no Envoy has accepted a whole world yet' },
      { name: 'listeners', ok: listening, missing: 'the ports of Envoy take no connections yet' },
    ],
    progress(envoys, ports) {
      if (complete || !envoys.some((envoy) => envoy.complete)) return;
      complete = true;
      void knock(ports);
    },
    ready,
  };
}
