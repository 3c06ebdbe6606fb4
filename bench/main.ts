/** `npm run bench -- NAME [--flag value]…`: runs one benchmark and prints what it measured. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { churn } from './churn.ts';
import { canary } from './canary.ts';
import { cli } from './cli.ts';
import { cluster } from './cluster.ts';
import { clusterFaults } from './cluster-faults.ts';
import { compile } from './compile.ts';
import { editToLive } from './edit-to-live.ts';
import { standby } from './standby.ts';
import { statistics } from './statistics.ts';

const benchmarks: ReadonlyMap<string, Benchmark> = new Map([
  ['compile', compile],
  ['edit-to-live', editToLive],
  ['churn', churn],
  ['cli', cli],
  ['cluster', cluster],
  ['cluster-faults', clusterFaults],
  ['canary', canary],
  ['statistics', statistics],
  ['standby', standby],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '100,1000,10000' },
    children: { type: 'string', default: '0' },
    'routes-per-host': { type: 'string', default: '1000,10000' },
    edits: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
  },
});

const benchmark = benchmarks.get(positionals[0] ?? '');
if (benchmark === undefined) {
  process.stderr.write(`error: say which of these to run: ${[...benchmarks.keys()].join(', ')}\n`);
  process.exitCode = 1;
} else {
  const rows = await benchmark({
    hosts: numbers(values.hosts),
    children: Number(values.children),
    routesPerHost: numbers(values['routes-per-host']),
    edits: Number(values.edits),
    rounds: Number(values.rounds),
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  // eslint-disable-next-line no-console -- the table is what a benchmark is for
  else console.table(rows);
}

function numbers(list: string): readonly number[] {
  return list.split(',').map(Number);
}
