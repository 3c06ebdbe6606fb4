import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from '../../kubernetes/clock.ts';
import { defaultTiming } from '../../kubernetes/list-watch.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { ClusterConfig } from '../config.ts';
import type { ReadyCheck } from '../debug/ready-page.ts';
import type { Io } from '../io.ts';
import type { Log } from '../log.ts';
import { openClient } from '../open-client.ts';
import { firstSync } from '../programming/first-sync.ts';
import { runStatus } from '../status/run-status.ts';
import { defaultRate } from '../status/writer.ts';
import type { KindReport } from './board.ts';
import { type ClusterSource, createClusterSource } from './cluster.ts';
import type { OpenedSource } from './open.ts';

/** Throws a Fault where the kubeconfig or the service account cannot be read. What is wrong later is logged and tried again. */
export function openCluster(
  { from, namespaces, status: config }: ClusterConfig,
  settings: CompileSettings,
  { env, log }: { readonly env: Io['env']; readonly log: Log },
): OpenedSource {
  const { client, server } = openClient(from, env);
  const ports = { client, clock: systemClock, timing: defaultTiming };
  const source = createClusterSource({ ...ports, settings, namespaces });
  source.onKind((report) => logKind(log, report));
  const identity = `${env['POD_NAME'] || hostname()}_${randomBytes(8).toString('hex')}`;
  const date = (): Date => new Date();
  const { statuses } = source;
  return {
    source,
    reads: { cluster: shown(server) },
    readyChecks: () => checksOf(source),
    startStatus: ({ loop, programming, xds }) =>
      runStatus({
        ...ports,
        date,
        rate: defaultRate,
        identity,
        config,
        statuses,
        loop,
        programming,
        firstSync: (signal) => firstSync(xds.envoys, systemClock, signal),
        log,
      }),
  };
}

/** Without a user or password that someone wrote into it. */
function shown(server: string): string {
  const { origin, pathname } = new URL(server);
  return pathname === '/' ? origin : origin + pathname;
}

function logKind(log: Log, { name, health: { state, reason } }: KindReport): void {
  if (state === 'current') log('info', 'following', { kind: name });
  else log('warning', reason ?? state, { kind: name, state });
}

/**
 * Read once is ready: what is held is right until the server says otherwise, and no Envoy is helped by our silence. What
 * the first world did without is named, and keeps no Envoy away from the rest.
 */
function checksOf(source: ClusterSource): readonly ReadyCheck[] {
  const kinds = source.kinds().map(({ name, settled, health: { state, reason } }): ReadyCheck => {
    const missing = `${state}: ${reason ?? 'it is being read'}`;
    return { name, ok: settled, missing, ...(settled && reason !== null ? { note: missing } : {}) };
  });
  const [trouble] = source.troubles();
  const secrets = { name: 'referenced Secrets', ok: true, missing: '' };
  return [...kinds, trouble === undefined ? secrets : { ...secrets, note: trouble }];
}
