import { fileURLToPath } from 'node:url';
import type { Benchmark, Row } from './benchmark.ts';
import type { Measurement, Peer } from './cluster/measurement.ts';
import { measureInRig } from './in-rig.ts';

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
      measured.push(await measureInRig(insideScript, { peer, hosts: size, edits } satisfies Measurement, progress));
    }
    const [ours, theirs] = measured;
    rows.push(...measured);
    if (ours !== undefined && theirs !== undefined) rows.push(ratios(ours, theirs));
  }
  return rows;
};

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
