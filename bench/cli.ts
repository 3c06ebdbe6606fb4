import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { kubeconfigOutside } from '../test/rig/reach.ts';
import { type Rig, startRig } from '../test/rig/rig.ts';
import { inside } from '../test/rig/run.ts';
import { bundleInto } from '../scripts/bundle.ts';
import { type Benchmark, quantile, type Row } from './benchmark.ts';
import { hostName, hostProxy, service } from './manifests.ts';
import { listOf, startStand } from './stand.ts';

const run = promisify(execFile);
const crds = new URL('../crds', import.meta.url).pathname;

const bare = 'node -e 0';
const kubectlHelp = 'kubectl --help';
const start = 'kubectl-contour --version';
const many = 10_000;

interface Call {
  readonly program: string;
  readonly args: readonly string[];
}

/** Start of the plugin beside kubectl's and over a bare Node's, turn by turn in one run, so that noise meets all. */
export const cli: Benchmark = async ({ edits: rounds, progress }) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'contour-bench-'));
  const plugin = await buildInto(directory);
  const rig = await startRig({ name: `bench-${process.pid}`, env: process.env, say: progress });
  const outside = await kubeconfigOutside(rig);
  const kubeconfig = path.join(directory, 'kubeconfig');
  await writeFile(kubeconfig, outside.text, { mode: 0o600 });
  await fillRig(rig);
  const files = path.join(directory, 'manifests');
  await mkdir(files);
  for (let index = 0; index < 100; index += 1)
    await writeFile(path.join(files, `host-${index}.json`), listOf(hostAndBackend(index)));
  progress(`a controller reads ${many} hosts`);
  const hosts = Array.from({ length: many }, (_, index) => hostProxy(index, 'a'));
  const stand = await startStand(new Map([['hosts.json', listOf(hosts)]]));
  try {
    const own = (...args: readonly string[]): Call => ({ program: process.execPath, args: [plugin, ...args] });
    const kubectl = await programOf(rig, 'kubectl');
    const calls: ReadonlyMap<string, Call> = new Map([
      [bare, { program: process.execPath, args: ['-e', '0'] }],
      ['kubectl version --client', { program: kubectl, args: ['version', '--client'] }],
      [kubectlHelp, { program: kubectl, args: ['--help'] }],
      [start, own('--version')],
      ['kubectl-contour --help', own('--help')],
      ['kubectl-contour routes -f, 100 files', own('routes', '-f', files)],
      ['kubectl-contour routes -A, 100 hosts of a cluster', own('routes', '-A', '--kubeconfig', kubeconfig)],
      [
        `kubectl-contour routes --host, of ${many}`,
        own('routes', '--debug-url', stand.debugUrl, '--host', hostName(7)),
      ],
    ]);
    return rowsOf(await samplesOf(calls, rounds, progress));
  } finally {
    await stand.close();
    outside.close();
    await rig.stop();
    await rm(directory, { recursive: true });
  }
};

/** The plugin as it is shipped. */
async function buildInto(directory: string): Promise<string> {
  await writeFile(path.join(directory, 'package.json'), '{"type":"module"}');
  await bundleInto(path.join(directory, 'dist'), ['kubectl-contour']);
  return path.join(directory, 'dist', 'kubectl-contour.js');
}

/** Backends of a cluster are not on the loopback of who asks. */
function hostAndBackend(index: number): readonly object[] {
  return [hostProxy(index, 'a'), ...service(`own-${index}`, 9, '10.9.8.7')];
}

async function fillRig(rig: Rig): Promise<void> {
  await inside(rig, ['kubectl', 'apply', '-f', crds]);
  await inside(rig, ['kubectl', 'wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  await inside(rig, ['kubectl', 'create', 'namespace', 'bench']);
  const objects = Array.from({ length: 100 }, (_, index) => hostAndBackend(index)).flat();
  await inside(rig, ['kubectl', 'create', '-f', '-'], listOf(objects));
}

/** As the rig was built with it, so that the comparison does not depend on what a machine has. */
async function programOf({ place }: Rig, name: string): Promise<string> {
  for (const folder of place.parts.folders) {
    const file = path.join(folder, name);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  throw new Error(`the rig has no ${name}`);
}

/** In ms. */
interface Sample {
  readonly wall: number;
  /** What the program itself took of a processor, which a busy machine changes less. */
  readonly cpu: number;
}

type Samples = ReadonlyMap<string, readonly Sample[]>;

async function samplesOf(
  calls: ReadonlyMap<string, Call>,
  rounds: number,
  progress: (line: string) => void,
): Promise<Samples> {
  const samples = new Map([...calls.keys()].map((name) => [name, [] as Sample[]]));
  // The first time of each fills the caches of Node and of the system.
  for (const call of calls.values()) await sampleOf(call);
  for (let round = 0; round < rounds; round += 1) {
    if (round % 10 === 0) progress(`round ${round + 1} of ${rounds}, load ${loadavg()[0]?.toFixed(1)}`);
    for (const [name, call] of calls) samples.get(name)?.push(await sampleOf(call));
  }
  return samples;
}

async function sampleOf({ program, args }: Call): Promise<Sample> {
  const from = performance.now();
  const script = '"$@" >/dev/null || exit 1; times';
  const { stdout } = await run('sh', ['-c', script, 'sh', program, ...args], { timeout: 60_000 });
  const wall = performance.now() - from;
  // The second line is of the shell's children: user and system time, such as 0m0.024s 0m0.014s.
  const [, children = ''] = stdout.split('\n');
  const times = [...children.matchAll(/([0-9]+)m([0-9.]+)s/g)];
  const cpu = times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
  return { wall, cpu };
}

function rowsOf(samples: Samples): readonly Row[] {
  const typical = (name: string, of: keyof Sample): number =>
    quantile(
      (samples.get(name) ?? []).map((each) => each[of]),
      0.5,
    );
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  return [...samples].map(([command, of]): Row => {
    const wall = of.map((sample) => sample.wall);
    const [p50, cpu] = [typical(command, 'wall'), typical(command, 'cpu')];
    return {
      command,
      'p50 ms': p50,
      'best ms': quantile(wall, 0),
      'worst ms': quantile(wall, 1),
      'over bare node ms': rounded(p50 - typical(bare, 'wall')),
      'over start ms': rounded(p50 - typical(start, 'wall')),
      'times kubectl --help': rounded(p50 / typical(kubectlHelp, 'wall')),
      'cpu ms': cpu,
      'cpu over start ms': rounded(cpu - typical(start, 'cpu')),
      'cpu, times kubectl --help': rounded(cpu / typical(kubectlHelp, 'cpu')),
    };
  });
}
