import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type Benchmark, quantile, type Row } from './benchmark.ts';
import { hostProxy, service } from './manifests.ts';
import { listOf } from './stand.ts';

const run = promisify(execFile);
const plugin = new URL('../dist/kubectl-contour.js', import.meta.url).pathname;

/** Start of the plugin over a bare Node, turn by turn in one run, so that noise meets both. */
export const cli: Benchmark = async ({ edits: rounds, progress }) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'contour-bench-'));
  for (let index = 0; index < 100; index += 1) {
    await writeFile(
      path.join(directory, `host-${index}.json`),
      listOf([hostProxy(index, 'a'), ...service(`own-${index}`, 9)]),
    );
  }
  const commands: ReadonlyMap<string, readonly string[]> = new Map([
    ['node -e 0', ['-e', '0']],
    ['kubectl-contour --version', [plugin, '--version']],
    ['kubectl-contour --help', [plugin, '--help']],
    ['kubectl-contour routes -f, 100 files', [plugin, 'routes', '-f', directory]],
  ]);
  const times = new Map([...commands.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    if (round % 10 === 0) progress(`round ${round + 1} of ${rounds}`);
    for (const [name, args] of commands) times.get(name)?.push(await timed(args));
  }
  await rm(directory, { recursive: true });
  const bare = quantile(times.get('node -e 0') ?? [], 0.5);
  return [...times].map(([command, samples]): Row => {
    const p50 = quantile(samples, 0.5);
    return {
      command,
      'p50 ms': p50,
      'worst ms': quantile(samples, 1),
      'over bare node ms': Math.round((p50 - bare) * 100) / 100,
    };
  });
};

async function timed(args: readonly string[]): Promise<number> {
  const from = performance.now();
  await run(process.execPath, [...args], { timeout: 60_000, maxBuffer: 1 << 26 });
  return performance.now() - from;
}
