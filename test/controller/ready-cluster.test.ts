import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openCluster } from '../../controller/source/open-cluster.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, fakeCluster } from './fake-cluster.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** What /readyz of a controller looks at, by name. */
async function ready(answers: Readonly<Record<string, Answer>>) {
  const cluster = await fakeCluster(answers);
  const folder = mkdtempSync(join(tmpdir(), 'contour-ready-'));
  cleanups.push(cluster.close, () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config');
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: cluster.url } }],
      contexts: [{ name: 'a', context: { cluster: 'a' } }],
      'current-context': 'a',
    }),
  );
  const from = { type: 'kubeconfig', files: [file] } as const;
  const service = { type: 'service', namespace: 'x', name: 'x' } as const;
  const status = { election: null, peers: null, addresses: service };
  const { source, readyChecks } = openCluster({ from, namespaces: [], status }, defaultSettings, {
    env: {},
    log: () => {},
  });
  cleanups.push(() => source.stop());
  const started = source.start(() => {});
  return { cluster, started, check: (name: string) => readyChecks().find((check) => check.name === name) };
}

test('a kind that is denied is named, and does not keep Envoys away from the rest', async () => {
  const { cluster, started, check } = await ready({ Ingress: 403 });
  await eventually(() => expect(check('Ingress')?.missing).toBe('denied: answered 403'));
  expect(check('Ingress')?.ok).toBe(false);
  await started;
  expect(check('Ingress')).toMatchObject({ ok: true, note: 'denied: answered 403' });
  cluster.answer('Ingress', 500);
  await eventually(() => expect(check('Ingress')).toMatchObject({ ok: true, note: 'failing: answered 500' }));
  cluster.answer('Ingress', []);
  await eventually(() =>
    expect(check('Ingress')).toEqual({ name: 'Ingress', ok: true, missing: expect.any(String) as unknown }),
  );
});

test('a kind that is not installed takes nobody away when the API server fails later', async () => {
  const { cluster, started, check } = await ready({ HTTPProxy: 404 });
  await started;
  expect(check('HTTPProxy')).toMatchObject({ ok: true, note: expect.stringMatching(/^absent: /) as unknown });
  cluster.answer('HTTPProxy', 500);
  await eventually(() => expect(check('HTTPProxy')).toMatchObject({ ok: true, note: 'failing: answered 500' }));
});

test('without what nothing works without a controller is not ready, and says why', async () => {
  const { check } = await ready({ EndpointSlice: 403 });
  await eventually(() => expect(check('EndpointSlice')).toMatchObject({ ok: false, missing: 'denied: answered 403' }));
});
