import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHosts, numbers, wildcard } from './churn.ts';
import { startLoad } from './load.ts';
import { proxy } from './manifests.ts';
import { dialects, startWhole, type Whole } from './whole.ts';

let whole: Whole;

beforeAll(async () => {
  whole = await startWhole();
});

afterAll(() => whole.close());

it('three hundred random edits under load: no answer that no edit meant, no connection cut', async () => {
  const backends = await Promise.all(['one', 'two', 'wild'].map((name) => whole.backend(name)));
  await whole.apply(proxy(wildcard, 'wild'), ...backends.flatMap(({ objects }) => objects));
  const envoys = await Promise.all(dialects.map((dialect) => whole.envoy(dialect)));
  await whole.live();
  const random = numbers(20_261_120);
  const hosts = createHosts(20, new Map([['one', backends[0]?.port ?? 0]]), random);
  const loads = envoys.map(({ httpPort }) => startLoad(httpPort, () => hosts.question(), { lanes: 1 }));
  for (let edit = 0; edit < 300; edit += 1) {
    const { removed, applied } = hosts.edit();
    await whole.swap(removed, applied);
    if (random() < 0.7) continue;
    await whole.live();
    // Envoy answers the controller before its worker threads have heard of the news.
    await sleep(100);
    hosts.settle();
  }
  const tallies = await Promise.all(loads.map((load) => load.stop()));
  const seen = tallies.map(({ failures, cut }, at) => ({ dialect: dialects[at], failures, cut }));
  expect(seen).toEqual(dialects.map((dialect) => ({ dialect, failures: [], cut: 0 })));
  for (const { requests } of tallies) expect(requests).toBeGreaterThan(200);
  for (const envoy of envoys) expect(envoy.report().types.flatMap(({ nacks }) => nacks)).toEqual([]);
});
