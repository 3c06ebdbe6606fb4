import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findEnvoy } from '../../controller/dev/envoy-binary.ts';
import type { Peer } from './measurement.ts';

/** A controller and its Envoys. */
export interface Stack {
  /** When the controller was started, and its Envoys with it, on the clock of `performance`. */
  readonly startedAt: number;
  readonly httpPort: number;
  peakMiB(): Promise<number>;
  stop(): Promise<void>;
}

const httpPort = 8080;
/** The default of both. */
export const debugUrl = 'http://127.0.0.1:6060';
const ours = [process.execPath, fileURLToPath(new URL('../../dist/contour.js', import.meta.url))];
const xds = ['--xds-address=127.0.0.1', '--xds-port=8001'];

/** The same flags for both, but that Contour's own limits on requests are raised: at their defaults it takes minutes. */
function serveFlags(peer: Peer): readonly string[] {
  const flags = [
    '--insecure',
    `--kubeconfig=${process.env['KUBECONFIG']}`,
    '--leader-election-resource-namespace=bench',
  ];
  if (peer === 'ours') return [...flags, ...xds];
  const limits = ['--kubernetes-client-qps=2000', '--kubernetes-client-burst=4000'];
  return [...flags, ...xds, ...limits, '--disable-feature=extensionservices'];
}

export async function startStack(peer: Peer, envoys = 1): Promise<Stack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contour-bench-'));
  const program = peer === 'ours' ? ours : [process.env['CONTOUR_BIN'] ?? ''];
  const prepared = [];
  for (let index = 0; index < envoys; index += 1) prepared.push(await prepareEnvoy(program, folder, index));
  const startedAt = performance.now();
  const controller = run([...program, 'serve', ...serveFlags(peer)]);
  const started = prepared.map(run);
  return {
    startedAt,
    httpPort,
    peakMiB: async () => peakOf(await readFile(`/proc/${controller.pid}/status`, 'utf8')),
    async stop() {
      for (const child of [...started, controller]) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true });
    },
  };
}

/** Answers the command of an Envoy. They all listen on the same ports, as Linux lets them. */
async function prepareEnvoy(program: readonly string[], folder: string, index: number): Promise<readonly string[]> {
  const bootstrap = path.join(folder, `bootstrap-${index}.json`);
  const admin = `--admin-address=${path.join(folder, `admin-${index}.sock`)}`;
  await exited(run([...program, 'bootstrap', bootstrap, admin, ...xds]));
  const binary = await findEnvoy({ explicit: null, env: process.env, say: () => {} });
  const node = ['--service-node', `bench-${index}`, '--service-cluster', 'contour', '--disable-hot-restart'];
  return [binary, '-c', bootstrap, '--concurrency', '2', '--log-level', 'error', ...node];
}

function run([command = '', ...flags]: readonly string[]): ChildProcess {
  // The nursery is as in deploy/base/controller.yaml.
  const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=16' };
  return spawn(command, flags, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

async function exited(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
}

/** The high-water mark of resident memory. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakOf(status: string): number {
  return Math.round(Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(status)?.[1]) / 1024);
}
