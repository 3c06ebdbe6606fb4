import { fileURLToPath } from 'node:url';
import type { Benchmark, Row } from './benchmark.ts';
import { measureInRig } from './in-rig.ts';

const script = fileURLToPath(new URL('./cluster/canary.ts', import.meta.url));

/** `kubectl contour canary --weight` with three Envoys: what the command itself says it took until all had it. */
export const canary: Benchmark = async ({ hosts, edits, progress }) => {
  const rows: Row[] = [];
  for (const size of hosts) {
    progress(`${size} hosts`);
    rows.push(await measureInRig(script, { hosts: size, edits }, progress));
  }
  return rows;
};
