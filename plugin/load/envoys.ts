import { connect } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';
import type { ConnectionFlags } from '../command-line/connection-flags.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';

/** A way into an Envoy. */
export interface EnvoyDoor {
  /** `127.0.0.1:8080`, or `namespace/name` of its Pod. */
  readonly name: string;
  /** Rejects with CommandFailure. */
  dial(scheme: 'http' | 'https', signal: AbortSignal): Promise<Duplex>;
}

/** @param address `host:port`, as --via has it */
export function addressDoor(address: string): EnvoyDoor | null {
  const [, host = '', port = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(address)?.filter(Boolean) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) return null;
  return {
    name: address,
    async dial(_scheme, signal) {
      const socket = connect(Number(port), host);
      try {
        await once(socket, 'connect', { signal });
        return socket;
      } catch (error) {
        socket.destroy();
        throw new CommandFailure(`${address} cannot be reached (${codeOf(error)})`, [], { cause: error });
      }
    },
  };
}

const selectors = ['app.kubernetes.io/name=envoy', 'app=envoy'] as const;

/** The first Envoy of the cluster that is ready, through the API server. Rejects with CommandFailure. */
export async function clusterDoor(flags: ConnectionFlags, io: Io, command: string): Promise<EnvoyDoor> {
  const { openCluster } = await import('./cluster.ts');
  const cluster = await openCluster(flags, io, command);
  const signal = AbortSignal.timeout(10_000);
  const lists = await Promise.all(
    selectors.map((labelSelector) => cluster.client.get('/api/v1/pods', { query: { labelSelector }, signal })),
  );
  const pods = lists.flatMap(envoysOf).filter(({ isReady }) => isReady);
  const [pod] = pods;
  if (pod === undefined)
    throw new CommandFailure(
      `no Envoy is ready in the cluster: no Pod in all namespaces is labelled ${selectors.join(' or ')}`,
      ['Name one with --via ADDRESS:PORT.'],
    );
  const { namespace, name, ports } = pod;
  return {
    name: `${namespace}/${name}`,
    async dial(scheme, aborted) {
      try {
        return await cluster.dial({ namespace, pod: name, port: ports[scheme] }, aborted);
      } catch (error) {
        if (!isKubernetesError(error)) throw error;
        throw new CommandFailure(`the Envoy ${namespace}/${name} cannot be reached: ${error.message}`, [], {
          cause: error,
        });
      }
    },
  };
}

interface EnvoyPod {
  readonly namespace: string;
  readonly name: string;
  readonly isReady: boolean;
  readonly ports: { readonly http: number; readonly https: number };
}

function envoysOf(list: unknown): readonly EnvoyPod[] {
  return itemsOf(list, 'items').map((pod): EnvoyPod => {
    const [metadata, spec, status] = ['metadata', 'spec', 'status'].map((name) => (isRecord(pod) ? pod[name] : null));
    const ports = itemsOf(spec, 'containers').flatMap((container) => itemsOf(container, 'ports'));
    const isReady = itemsOf(status, 'conditions').some(
      (condition) => textOf(condition, 'type') === 'Ready' && textOf(condition, 'status') === 'True',
    );
    return {
      namespace: textOf(metadata, 'namespace'),
      name: textOf(metadata, 'name'),
      isReady,
      ports: { http: portOf(ports, 'http', 8080), https: portOf(ports, 'https', 8443) },
    };
  });
}

function portOf(ports: readonly unknown[], name: string, otherwise: number): number {
  const found = ports.find((port) => textOf(port, 'name') === name);
  const port = isRecord(found) ? found['containerPort'] : null;
  return typeof port === 'number' ? port : otherwise;
}

function itemsOf(value: unknown, name: string): readonly unknown[] {
  const found = isRecord(value) ? value[name] : null;
  return Array.isArray(found) ? found : [];
}

function textOf(value: unknown, name: string): string {
  const found = isRecord(value) ? value[name] : null;
  return typeof found === 'string' ? found : '';
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ABORT_ERR' ? 'no answer in time' : code || String(error);
}
