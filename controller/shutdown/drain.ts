import type { Log } from '../log.ts';
import type { AdminAnswer, EnvoyAdmin } from './envoy-admin.ts';
import { openConnections, openConnectionsPage } from './open-connections.ts';

/** In milliseconds. */
export interface DrainTiming {
  /** Before Envoy is told to drain. */
  readonly drainDelay: number;
  /** Before connections are counted first. */
  readonly checkDelay: number;
  readonly checkInterval: number;
}

export interface DrainOptions extends DrainTiming {
  /** So many connections may be left. */
  readonly minOpenConnections: number;
}

export interface DrainPorts {
  readonly admin: EnvoyAdmin;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** Pauses between the tries to tell Envoy: Contour's. */
const pauses = [200, 1_000, 5_000];

/** Has Envoy fail its health check, so that load balancers look elsewhere, and waits until its clients are gone, or it is. */
export async function drain(options: DrainOptions, ports: DrainPorts): Promise<void> {
  const { wait, log } = ports;
  await wait(options.drainDelay);
  if (!(await failHealthCheck(ports))) return;
  await wait(options.checkDelay);
  for (;;) {
    const open = await countOpen(ports);
    if (open !== null && open <= options.minOpenConnections) {
      log('info', 'drained', { open });
      return;
    }
    if (open !== null) log('info', 'waiting for connections', { open });
    await wait(options.checkInterval);
  }
}

/** False where there is no Envoy to drain. One that does not understand is watched all the same: it may be busy. */
async function failHealthCheck({ admin, wait, log }: DrainPorts): Promise<boolean> {
  const tell = (): Promise<AdminAnswer> => admin('POST', '/healthcheck/fail');
  let answer = await tell();
  for (const pause of pauses) {
    if (isDone(answer)) return true;
    await wait(pause);
    answer = await tell();
  }
  if (isDone(answer)) return true;
  log('error', 'Envoy was not told to drain', { reason: reasonOf(answer) });
  return answer.type !== 'gone';
}

const isDone = (answer: AdminAnswer): boolean => answer.type === 'answered' && answer.status === 200;

/** Null where it cannot be said. An Envoy that is gone has none. */
async function countOpen({ admin, log }: DrainPorts): Promise<number | null> {
  const answer = await admin('GET', openConnectionsPage);
  if (answer.type === 'gone') return 0;
  if (answer.type === 'answered' && answer.status === 200) return openConnections(answer.body);
  log('warning', 'connections could not be counted', { reason: reasonOf(answer) });
  return null;
}

function reasonOf(answer: AdminAnswer): string {
  switch (answer.type) {
    case 'answered':
      return `it answered ${answer.status}`;
    case 'gone':
      return 'nobody listens on its admin socket';
    case 'failed':
      return answer.reason;
  }
}
