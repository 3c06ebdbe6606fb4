/** Runs inside a rig: fills the API server, starts a controller and an Envoy, and prints one line of JSON. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, type Row } from '../benchmark.ts';
import { asked, report } from '../in-rig.ts';
import { hostName } from '../manifests.ts';
import { createProber, type Prober } from '../prober.ts';
import { startBackends } from './backends.ts';
import { type Api, openApi } from './api.ts';
import { bareStatusesMs } from './bare-statuses.ts';
import { editInTurn } from './edits.ts';
import type { Measurement } from './measurement.ts';
import { startStack } from './stack.ts';
import { followStatuses } from './statuses.ts';
import { fill } from './world.ts';

/** What filling the cluster and writing statuses began comes to its end, so that what is measured next is that alone. */
const settleMs = 5_000;
/** Enough to know that all are there, and few enough to leave the processors to those who are measured. */
const sampled = 50;

async function measure(api: Api, { peer, hosts, edits }: Measurement): Promise<Row> {
  process.stderr.write('filling the API server\n');
  await fill(api, hosts);
  const statuses = followStatuses(api, hosts);
  await statuses.current;
  await sleep(settleMs);
  process.stderr.write('starting\n');
  const stack = await startStack(peer);
  const prober = createProber(stack.httpPort);
  try {
    const startMs = await untilAllAnswer(prober, hosts, stack.startedAt);
    const early = editInTurn(api, prober, hosts, { turns: Infinity, restMs: 100 });
    const statusMs = (await statuses.complete) - stack.startedAt;
    const during = await early.stop();
    await sleep(settleMs);
    process.stderr.write('editing\n');
    const times = await editInTurn(api, prober, hosts, { turns: edits, restMs: 0 }).done;
    return {
      who: peer,
      hosts,
      'start ms': Math.round(startMs),
      'statuses right ms': Math.round(statusMs),
      'edits while statuses are written': during.length,
      'their p50 ms': quantile(during, 0.5),
      'their p99 ms': quantile(during, 0.99),
      'their statuses p50 ms': quantile(statuses.told, 0.5),
      'their statuses p99 ms': quantile(statuses.told, 0.99),
      edits: times.length,
      'p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      'worst ms': quantile(times, 1),
      'peak MiB': await stack.peakMiB(),
    };
  } finally {
    prober.close();
    await stack.stop();
  }
}

async function untilAllAnswer(prober: Prober, hosts: number, since: number): Promise<number> {
  const step = Math.max(1, Math.floor(hosts / sampled));
  let last = 0;
  for (let index = hosts - 1; index >= 0; index -= step)
    last = await prober.until(hostName(index), '/', 'a', since, 300_000);
  return last;
}

const measurement = asked<Measurement>();
await startBackends();
const api = await openApi();
const measured = await measure(api, measurement);
await sleep(settleMs);
report({ ...measured, 'statuses by a bare loop ms': Math.round(await bareStatusesMs(api, measurement.hosts)) });
