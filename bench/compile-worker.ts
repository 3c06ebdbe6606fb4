/** Measures one size and sends the row to the process that asked. */
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { hashes } from '../controller/hashes.ts';
import { createCompiler } from '../routing/compile.ts';
import { defaultSettings } from '../routing/graph/settings.ts';
import { decode } from '../routing/objects/decode.ts';
import type { Change } from '../routing/objects/kubernetes-object.ts';
import { defaultEnvoySettings } from '../xds/envoy/settings.ts';
import { createWorld } from '../xds/envoy/world.ts';
import { quantile } from './benchmark.ts';
import { hostProxy, type Manifest, service } from './manifests.ts';

const [hosts, edits] = process.argv.slice(2).map(Number) as [number, number];

function change(manifest: Manifest): Change {
  const decoded = decode(manifest);
  if (decoded.type !== 'object') throw new Error(`a manifest of the benchmark is not an object: ${decoded.type}`);
  return { type: 'upsert', object: decoded.object };
}

const first: Change[] = [];
for (const name of ['a', 'b']) first.push(...service(name, 8080).map(change));
for (let index = 0; index < hosts; index += 1) {
  first.push(change(hostProxy(index, 'a')), ...service(`own-${index}`, 8080).map(change));
}

const compiler = createCompiler(defaultSettings, { inspectKeyPair: () => ({ valid: true }) });
const world = createWorld('ads-delta', defaultEnvoySettings, hashes);
const start = performance.now();
const moved = compiler.apply(first);
const compiled = performance.now();
world.update(compiler.graph, moved);
const emitted = performance.now();

const compileTimes: number[] = [];
const emitTimes: number[] = [];
for (let edit = 0; edit < edits; edit += 1) {
  const object = change(hostProxy((edit * 7919) % hosts, Math.floor(edit / hosts) % 2 === 0 ? 'b' : 'a'));
  const from = performance.now();
  const after = compiler.apply([object]);
  const between = performance.now();
  if (after.hosts.size !== 1) throw new Error('an edit of the benchmark changed nothing');
  world.update(compiler.graph, after);
  compileTimes.push(between - from);
  emitTimes.push(performance.now() - between);
}

process.send?.({
  hosts,
  'full compile ms': Math.round(compiled - start),
  'full emit ms': Math.round(emitted - compiled),
  'one edit compile p50 ms': quantile(compileTimes, 0.5),
  'one edit compile p99 ms': quantile(compileTimes, 0.99),
  'one edit emit p50 ms': quantile(emitTimes, 0.5),
  'one edit emit p99 ms': quantile(emitTimes, 0.99),
  'peak RSS MiB': Math.round(process.resourceUsage().maxRSS / 1024),
});
