import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LoadQuestion, startLoad } from './load.ts';
import { proxy } from './manifests.ts';
import { askRaw } from './raw-request.ts';
import { dialects, startWhole, type Whole } from './whole.ts';

const host = 'swap.example.com';

let whole: Whole;

beforeAll(async () => {
  whole = await startWhole();
});

afterAll(() => whole.close());

it('moves a host to a brand-new Service and deletes the old one a hundred times, and nobody notices', async () => {
  let { objects: live } = await whole.backend('live-0');
  await whole.apply(proxy(host, 'live-0'), ...live);
  const envoys = await Promise.all(dialects.map((dialect) => whole.envoy(dialect)));
  await whole.live();
  const loads = envoys.map(({ httpPort }) => startLoad(httpPort, anyLive));
  for (let turn = 1; turn <= 100; turn += 1) {
    const name = `live-${turn}`;
    const { objects: next } = await whole.backend(name);
    await whole.swap(live, [proxy(host, name), ...next]);
    live = next;
    await whole.live();
    for (const { httpPort } of envoys) expect(await answering(httpPort)).toBe(name);
  }
  const tallies = await Promise.all(loads.map((load) => load.stop()));
  const seen = tallies.map(({ failures, cut }, at) => ({ dialect: dialects[at], failures, cut }));
  expect(seen).toEqual(dialects.map((dialect) => ({ dialect, failures: [], cut: 0 })));
  for (const { requests } of tallies) expect(requests).toBeGreaterThan(200);
  for (const envoy of envoys) {
    const clusters = envoy.report().types.find(({ type }) => type.endsWith('.Cluster'));
    expect(clusters, 'nothing is left of the Services that went').toMatchObject({ sent: 1, accepted: 1, nacks: [] });
  }
});

function anyLive(): LoadQuestion {
  return { host, right: (status, service) => status === 200 && service?.startsWith('live-') === true };
}

/** The Service that answers now. */
async function answering(port: number): Promise<unknown> {
  const { status, body } = await askRaw({ port, host, path: '/' });
  return status === 200 ? (JSON.parse(body) as { service: string }).service : status;
}
