import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Benchmark, Row } from './benchmark.ts';

/** Full compile, one edit, and peak memory; each size in a process of its own, so that peaks are its own. */
export const compile: Benchmark = async ({ hosts, edits, progress }) => {
  const rows: Row[] = [];
  for (const size of hosts) {
    progress(`compiling ${size} hosts`);
    rows.push(await measured(size, edits));
  }
  return rows;
};

async function measured(hosts: number, edits: number): Promise<Row> {
  const child = fork(new URL('compile-worker.ts', import.meta.url), [String(hosts), String(edits)], {
    execPath: process.execPath,
    timeout: 600_000,
  });
  const [row] = (await once(child, 'message')) as [Row];
  return row;
}
