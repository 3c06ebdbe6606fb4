/** Runs inside a rig: moves weights by the built plugin, and prints one line of JSON. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../../test/support/eventually.ts';
import { quantile } from '../benchmark.ts';
import { asked, report } from '../in-rig.ts';
import { hostName } from '../manifests.ts';
import { createProber } from '../prober.ts';
import { openApi } from './api.ts';
import { startBackends } from './backends.ts';
import { debugUrl, startStack } from './stack.ts';
import { fill } from './world.ts';

const envoys = 3;
const plugin = fileURLToPath(new URL('../../dist/kubectl-contour.js', import.meta.url));

interface Moved {
  readonly programmed: { readonly envoys: number; readonly of: number; readonly seconds: number };
}

/** Milliseconds until every Envoy had it. */
async function move(index: number, weight: number): Promise<number> {
  const words = ['canary', `host-${index}`, '-n', 'bench', '--route', '/split', '--to', 'b', `--weight=${weight}`];
  const { stdout } = await promisify(execFile)(process.execPath, [
    plugin,
    ...words,
    '-o',
    'json',
    `--debug-url=${debugUrl}`,
  ]);
  const { programmed } = JSON.parse(stdout) as Moved;
  if (programmed.envoys !== envoys || programmed.of !== envoys)
    throw new Error(`it is live on ${programmed.envoys} only`);
  return programmed.seconds * 1000;
}

const { hosts, edits } = asked<{ readonly hosts: number; readonly edits: number }>();
await startBackends();
await fill(await openApi(), hosts);
const stack = await startStack('ours', envoys);
const prober = createProber(stack.httpPort);
await prober.until(hostName(hosts - 1), '/', 'a', performance.now(), 300_000);
await eventually(async () => {
  const answer = await (await fetch(`${debugUrl}/debug/routes?host=${hostName(0)}`)).text();
  if (!answer.includes(`"programmed":{"envoys":${envoys},"of":${envoys}}`)) throw new Error('not all Envoys are there');
}, 60_000);
const times: number[] = [];
for (let turn = 0; turn < edits; turn += 1) times.push(await move((turn * 7919) % hosts, 20 + (turn % 2)));
prober.close();
await stack.stop();
report({
  hosts,
  envoys,
  moves: times.length,
  'live on all p50 ms': quantile(times, 0.5),
  'p99 ms': quantile(times, 0.99),
  'worst ms': quantile(times, 1),
});
