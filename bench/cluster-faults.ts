import process from 'node:process';
import {
  apiServerAway,
  deleteLeader,
  type Fault,
  killControllers,
  killLeader,
  stopLeader,
} from '../test/cluster/faults/faults.ts';
import { type Measured, measure } from '../test/cluster/faults/measure.ts';
import { openFaultStand } from '../test/cluster/faults/stand.ts';
import { type Benchmark, quantile, type Row } from './benchmark.ts';

const hosts = 20;
const minuteMs = 60_000;

/**
 * What `deploy/base` installs, under constant requests and edits, while those who program Envoy are killed, stopped and
 * ended, and the API server is away for a minute. Nothing may fail, and Envoy may lose nothing.
 */
export const clusterFaults: Benchmark = async ({ rounds, progress }) => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['API server away for a minute', apiServerAway(minuteMs)],
    ['leader killed', killLeader],
    ['leader stopped for 20 s', stopLeader(20_000)],
    ['leader ended in order', deleteLeader],
    [`controllers killed ${rounds} times`, killControllers(rounds)],
  ];
  const stand = await openFaultStand(`bench-${process.pid}`, hosts, progress);
  try {
    const rows: Row[] = [];
    for (const [name, fault] of faults) {
      progress(name);
      const from = performance.now();
      const measured = await measure(stand, fault);
      for (const failure of measured.failures.slice(0, 10)) progress(failure);
      rows.push(rowOf(name, performance.now() - from, measured));
    }
    return rows;
  } finally {
    await stand.close();
  }
};

function rowOf(fault: string, ms: number, measured: Measured): Row {
  const { requests, failures, cut, removals, edits, leaderMs, transitions, statusMs } = measured;
  return {
    fault,
    seconds: Math.round(ms / 1000),
    requests,
    'per second': Math.round((requests * 1000) / ms),
    failed: failures.length,
    'connections cut': cut,
    'taken from Envoy': removals.length,
    edits: edits.length,
    'edit p50 ms': quantile(edits, 0.5),
    'edit worst ms': quantile(edits, 1),
    'last edit ms': quantile(edits.slice(-1), 1),
    'next leader ms': leaderMs === null ? '' : Math.round(leaderMs),
    'leader changes': transitions,
    'statuses right after ms': Math.round(statusMs),
  };
}
