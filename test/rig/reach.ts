import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { kubeconfigIn } from './inside/bring-up.ts';
import type { Joinable } from './namespace.ts';
import { apiAddress, apiPort, doorIn } from './place.ts';

/** A port of 127.0.0.1 outside the rig that leads to an address inside. */
export interface Reached {
  readonly port: number;
  close(): void;
}

/** A file of the rig as others see it, for as long as the rig is up. */
export function seenFromOutside(rig: Joinable, path: string): string {
  return join(`/proc/${rig.pid}/root`, path);
}

/** For tests that do not run inside. Each connection goes through the rig's first process. */
export function reach(rig: Joinable, host: string, port: number): Promise<Reached> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (outer) => {
    const door = connect({ path: seenFromOutside(rig, doorIn(rig.place.folder)), allowHalfOpen: true });
    sockets.add(outer.on('close', () => sockets.delete(outer)));
    door.write(`${host} ${port}\n`);
    const broken = (): void => {
      outer.destroy();
      door.destroy();
    };
    pipeline(outer, door).catch(broken);
    pipeline(door, outer).catch(broken);
  });
  return new Promise((done, fail) => {
    server.once('error', fail).listen({ host: '127.0.0.1', port: 0 }, () => {
      done({
        port: (server.address() as AddressInfo).port,
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly 'certificate-authority': string } }];
}

/** The administrator's kubeconfig, as JSON, for a process outside the rig. */
export async function kubeconfigOutside(rig: Joinable): Promise<{ readonly text: string; close(): void }> {
  const config = JSON.parse(await readFile(seenFromOutside(rig, kubeconfigIn(rig.place.folder)), 'utf8')) as Kubeconfig;
  const authority = await readFile(seenFromOutside(rig, config.clusters[0].cluster['certificate-authority']));
  const { port, close } = await reach(rig, apiAddress, apiPort);
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': authority.toString('base64'),
  };
  return { text: JSON.stringify({ ...config, clusters: [{ name: 'rig', cluster }] }), close };
}

/** Writes it into a file, whose path is returned, and which is there for as long as the rig is, and this process. */
export async function writeKubeconfigOutside(rig: Joinable): Promise<string> {
  const { text } = await kubeconfigOutside(rig);
  const path = seenFromOutside(rig, join(rig.place.folder, 'kubeconfig-outside'));
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
