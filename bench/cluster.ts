import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { spawnInside, startRig } from '../test/rig/rig.ts';
import type { Benchmark, Row } from './benchmark.ts';
import { type Measured, type Measurement, type Peer } from './cluster/measurement.ts';

const insideScript = fileURLToPath(new URL('./cluster/main.ts', import.meta.url));

/**
 * A real API server full of HTTPProxies: how long a controller takes to serve them, what it holds in memory, when the
 * statuses are right, and how long an edit takes from the API server's yes to the first changed answer through Envoy.
 * Where CONTOUR_BIN names Contour's binary, it does the same work in the same run, and the last rows are ours by its.
 */
export const cluster: Benchmark = async ({ hosts, edits, progress }) => {
  const peers: readonly Peer[] = process.env['CONTOUR_BIN'] ? ['ours', 'Contour'] : ['ours'];
  const rows: Row[] = [];
  for (const size of hosts) {
    const measured: Row[] = [];
    for (const peer of peers) {
      progress(`${size} hosts, ${peer}`);
      measured.push(await measureInRig({ peer, hosts: size, edits }, progress));
    }
    const [ours, theirs] = measured;
    rows.push(...measured);
    if (ours !== undefined && theirs !== undefined) rows.push(ratios(ours, theirs));
  }
  return rows;
};

/** In a rig of its own: what one controller wrote is not to make the other's work less. */
async function measureInRig(measurement: Measurement, progress: (line: string) => void): Promise<Row> {
  const rig = await startRig({ name: `bench-${process.pid}`, env: process.env, say: progress });
  try {
    const child = spawnInside(rig, [process.execPath, insideScript, JSON.stringify(measurement)], 'pipe');
    (child.stderr as Readable).on('data', (chunk) => progress(String(chunk).trimEnd()));
    for await (const line of createInterface(child.stdout as Readable)) {
      const { peer, ...row } = JSON.parse(line) as Measured;
      return { who: peer, ...row };
    }
    throw new Error('the measurement ended without a result');
  } finally {
    await rig.stop();
  }
}

function ratios(ours: Row, theirs: Row): Row {
  const row = new Map<string, string | number>();
  for (const [name, value] of Object.entries(ours)) {
    const other = theirs[name];
    if (typeof value === 'number' && typeof other === 'number') row.set(name, round(value / other));
  }
  return { ...Object.fromEntries(row), who: 'ours / Contour', hosts: ours['hosts'] ?? 0 };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
