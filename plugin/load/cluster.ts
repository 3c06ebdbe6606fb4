import type { Duplex } from 'node:stream';
import type { Access } from '../../kubernetes/access.ts';
import { createClient, type Answered, type KubernetesClient } from '../../kubernetes/client.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { PodPort } from '../../kubernetes/port-forward.ts';
import type { ClusterFlags } from '../command-line/source-flags.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { escapeControls } from '../output/escape.ts';
import { warnTo } from '../output/warning.ts';
import { pluginVersion } from '../version.ts';
import { apiFailure, failingClient } from './api-failure.ts';
import { chooseKubeconfig, chunkSize, overridesOf, requestTimeout, verbosity } from './connection.ts';

/** A connection to an API server. */
export interface Cluster {
  /** Rejects with CommandFailure where nothing can be done, a missing right included; with ApiError for the rest. */
  readonly client: KubernetesClient;
  /** The same, whose refusals all are as the API server sent them. */
  readonly raw: KubernetesClient;
  /** A connection to a port of a Pod. Rejects with a KubernetesError. */
  dial(target: PodPort, signal: AbortSignal): Promise<Duplex>;
  /** -n, else that of the context, else `default`. */
  readonly namespace: string;
  /** URL of the API server, without a user or password that someone wrote into it. */
  readonly server: string;
  /** Null without a kubeconfig. */
  readonly context: string | null;
  /** Rejects with CommandFailure where the API server has warned, and --warnings-as-errors was given. */
  close(): Promise<void>;
}

/**
 * The cluster that the flags, the kubeconfig or the Pod that we are in name. Nothing is asked of it yet. Rejects with
 * CommandFailure where none is named. `command` is how people call what they run.
 */
export async function openCluster(flags: ClusterFlags, io: Io, command: string): Promise<Cluster> {
  const overrides = overridesOf(flags, command, io);
  const timeoutMs = requestTimeout(flags['request-timeout'], command, io);
  const level = verbosity(flags.v, command, io);
  const pageSize = chunkSize(flags['chunk-size'], command, io);
  const choice = chooseKubeconfig(flags, io.env);
  if (choice === null)
    throw new CommandFailure('no cluster is named: there is neither a kubeconfig nor --server', [
      'Name one with --kubeconfig, KUBECONFIG or --server.',
    ]);
  // Half of what it takes to start, so it is loaded only where a cluster is asked.
  const { openAccess } = await import('../../kubernetes/kube-config.ts');
  const plugins = { interactive: io.stdinIsTerminal, errors: 'inherit', run: io.isAside !== true } as const;
  const access = readable(() =>
    openAccess(choice, { env: io.env, now: () => performance.now(), date: () => new Date(), plugins }, overrides),
  );
  const warnings = new Set<string>();
  const server = shown(access.server);
  const userAgent = `kubectl-contour/${pluginVersion()} (${process.platform}/${process.arch})`;
  const raw = createClient({
    access,
    userAgent,
    compression: !flags['disable-compression'],
    onWarning(text) {
      if (!warnings.has(text)) warnTo(io)(text);
      warnings.add(text);
    },
    ...(pageSize === null ? {} : { pageSize }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
    ...(level >= 6 ? { onAnswer: (answered: Answered) => io.writeError(answerLine(answered)) } : {}),
  });
  return {
    client: failingClient(raw, server),
    raw,
    async dial(target, signal) {
      const { dialPod } = await import('../../kubernetes/port-forward.ts');
      return dialPod(access, target, userAgent, signal);
    },
    namespace: flags.namespace || access.namespace || 'default',
    server,
    context: access.context,
    async close() {
      if (!flags['warnings-as-errors'] || warnings.size === 0) return;
      throw new CommandFailure(`${warnings.size} ${warnings.size === 1 ? 'warning' : 'warnings'} received`);
    },
  };
}

function readable(open: () => Access): Access {
  try {
    return open();
  } catch (error) {
    throw isKubernetesError(error) ? apiFailure(error, '', null) : error;
  }
}

/** Neither headers nor bodies: both hold secrets. */
function answerLine({ method, url, status, ms }: Answered): string {
  const { origin, pathname, search } = url;
  return `${escapeControls(`${method} ${origin}${pathname}${search}`)} ${status} in ${Math.round(ms)} milliseconds\n`;
}

/** Without a user or password that someone wrote into it. */
function shown(server: string): string {
  const { origin, pathname } = new URL(server);
  return pathname === '/' ? origin : origin + pathname;
}
