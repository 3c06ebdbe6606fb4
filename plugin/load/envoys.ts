import { connect } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { ConnectionFlags } from '../command-line/connection-flags.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { findEnvoys, type NamedEnvoy, titleOf } from './find-envoys.ts';

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

/**
 * An Envoy of the cluster through the API server: the one that is named, else the first that is ready. Rejects with
 * CommandFailure.
 */
export async function clusterDoor(
  flags: ConnectionFlags,
  named: NamedEnvoy | null,
  io: Io,
  command: string,
): Promise<EnvoyDoor> {
  const { openCluster } = await import('./cluster.ts');
  const cluster = await openCluster(flags, io, command);
  const hint = 'Name one with --via ADDRESS:PORT.';
  const [pod] = await findEnvoys(cluster, named, hint, AbortSignal.timeout(10_000));
  const { namespace, name, ports } = pod;
  return {
    name: titleOf(pod),
    async dial(scheme, aborted) {
      try {
        return await cluster.dial({ namespace, pod: name, port: ports[scheme] }, aborted);
      } catch (error) {
        if (!isKubernetesError(error)) throw error;
        throw new CommandFailure(`the Envoy ${titleOf(pod)} cannot be reached: ${error.message}`, [], {
          cause: error,
        });
      }
    },
  };
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ABORT_ERR' ? 'no answer in time' : code || String(error);
}
