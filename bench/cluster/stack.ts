import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findEnvoy } from '../../controller/dev/envoy-binary.ts';
import type { Peer } from './measurement.ts';

/** A controller and its Envoy. */
export interface Stack {
  readonly httpPort: number;
  peakMiB(): Promise<number>;
  stop(): Promise<void>;
}

const httpPort = 8080;
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

export async function startStack(peer: Peer): Promise<Stack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contour-bench-'));
  const program = peer === 'ours' ? ours : [process.env['CONTOUR_BIN'] ?? ''];
  const bootstrap = path.join(folder, 'bootstrap.json');
  const admin = `--admin-address=${path.join(folder, 'admin.sock')}`;
  const envoyBinary = await findEnvoy({ explicit: null, env: process.env, say: () => {} });
  const controller = run([...program, 'serve', ...serveFlags(peer)]);
  await exited(run([...program, 'bootstrap', bootstrap, admin, ...xds]));
  const node = ['--service-node', 'bench', '--service-cluster', 'contour', '--disable-hot-restart'];
  const envoy = run([envoyBinary, '-c', bootstrap, '--concurrency', '2', '--log-level', 'error', ...node]);
  return {
    httpPort,
    peakMiB: async () => peakOf(await readFile(`/proc/${controller.pid}/status`, 'utf8')),
    async stop() {
      for (const child of [envoy, controller]) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true });
    },
  };
}

function run([command = '', ...flags]: readonly string[]): ChildProcess {
  // The nursery is as in deploy/base/controller.yaml.
  const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=8' };
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
