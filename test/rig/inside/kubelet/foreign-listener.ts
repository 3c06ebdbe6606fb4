import { spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Network } from './network.ts';

const listener = fileURLToPath(new URL('./listen-in.ts', import.meta.url));

/** A server of this process that listens in another network: a socket stays in the one that it was made in. */
export function listenIn(network: Network, host: string, port: number): Promise<Server> {
  const words = [`--net=${network.file}`, '--', process.execPath, listener, host, String(port)];
  const child = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr?.on('data', (chunk) => (complaint += String(chunk)));
  return new Promise((done, fail) => {
    child.once('message', (_word, server) => done(server as Server));
    child.once('error', fail);
    child.once('exit', (code) => {
      if (code !== 0) fail(new Error(`nothing listens on ${host}:${port}: ${complaint.trim()}`));
    });
  });
}
