import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../test/support/free-ports.ts';
import { service } from './manifests.ts';

/** `contour dev` on a folder of its own, with its Envoy, and two backends that answer with their name. */
export interface Stand {
  readonly directory: string;
  readonly httpPort: number;
  readonly debugUrl: string;
  /** Replaces a file at once, as editors and Git do. Answers when the rename was called. */
  replace(file: string, text: string): Promise<number>;
  /** CPU time in milliseconds that the controller and its Envoy have used so far. */
  cpu(): Promise<{ readonly controller: number; readonly envoy: number }>;
  close(): Promise<void>;
}

/** @param files file name to text, written before the start */
export async function startStand(files: ReadonlyMap<string, string>): Promise<Stand> {
  const directory = await mkdtemp(path.join(tmpdir(), 'contour-bench-'));
  const backends = await Promise.all(['a', 'b'].map(startBackend));
  const ports = backends.map((server) => (server.address() as AddressInfo).port);
  await writeFile(path.join(directory, 'a.json'), listOf(service('a', ports[0] as number)));
  await writeFile(path.join(directory, 'b.json'), listOf(service('b', ports[1] as number)));
  for (const [file, text] of files) await writeFile(path.join(directory, file), text);
  const [httpPort, httpsPort, debugPort] = await freePorts(3);
  const child = startDev(directory, httpPort as number, httpsPort as number, debugPort as number);
  const debugUrl = `http://127.0.0.1:${debugPort}`;
  await untilReady(`${debugUrl}/readyz`, child);
  return {
    directory,
    httpPort: httpPort as number,
    debugUrl,
    async replace(file, text) {
      const hidden = path.join(directory, `.${file}.new`);
      await writeFile(hidden, text);
      const at = performance.now();
      await rename(hidden, path.join(directory, file));
      return at;
    },
    cpu: async () => ({ controller: await cpuOf(child.pid as number), envoy: await envoyCpu(child.pid as number) }),
    async close() {
      child.kill('SIGINT');
      await once(child, 'exit');
      for (const server of backends) server.close();
      await rm(directory, { recursive: true });
    },
  };
}

export function listOf(items: readonly unknown[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function startBackend(name: string): Promise<Server> {
  const server = createServer((_, response) => response.end(name)).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 600_000;
  await once(server, 'listening');
  return server;
}

function startDev(directory: string, http: number, https: number, debug: number): ChildProcess {
  const bin = new URL('../dist/contour.js', import.meta.url).pathname;
  const ports = ['--http-port', `${http}`, '--https-port', `${https}`, '--debug-port', `${debug}`];
  return spawn(process.execPath, [bin, 'dev', '-f', directory, ...ports], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`contour dev ended with exit code ${child.exitCode}`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new Error('contour dev was not ready within five minutes');
}

/** User and system time of a process, from its 14th and 15th field in clock ticks of 10 ms. */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function envoyCpu(pid: number): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean);
  let sum = 0;
  for (const child of children.map(Number)) {
    const name = await readFile(`/proc/${child}/comm`, 'utf8');
    sum += (name.startsWith('envoy') ? await cpuOf(child) : 0) + (await envoyCpu(child));
  }
  return sum;
}
