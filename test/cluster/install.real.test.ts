import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askRaw } from '../envoy/raw-request.ts';
import { frontAddress, frontPorts } from '../rig/place.ts';
import { reach, type Reached } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { eventually } from '../support/eventually.ts';
import { installPlugin } from '../support/installed-plugin.ts';
import { callsWithoutRight } from './audited-rig.ts';

const base = fileURLToPath(new URL('../../deploy/base', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-contour-install-'));
let rig: Rig;
let envoy: Reached;
let places: string;

/** With the plugin on its PATH. */
const kubectl = (...words: readonly string[]) =>
  inside(rig, ['sh', '-c', `PATH=${places}:$PATH exec kubectl "$@"`, 'sh', ...words]);
const ready = (what: string) => kubectl('rollout', 'status', '-n', 'projectcontour', what, '--timeout=50s');

beforeAll(async () => {
  [rig, places] = await Promise.all([
    startRig({ name: `install-${process.pid}`, env: process.env, say: () => {} }),
    installPlugin(folder),
  ]);
  envoy = await reach(rig, frontAddress, frontPorts.http);
});

afterAll(async () => {
  envoy.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

const world = `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { namespace: shop, name: web }
spec:
  virtualhost: { fqdn: web.example.com }
  routes: [{ services: [{ name: web, port: 80 }] }]
`;

it('one command installs it; a proxy that is applied is served, and everybody who asks is told so', async () => {
  await kubectl('apply', '-k', base);
  await Promise.all([ready('deployment/contour'), ready('daemonset/envoy')]);
  await kubectl('create', 'namespace', 'shop');
  await inside(rig, ['kubectl', 'apply', '-f', '-'], world);
  for (const condition of ['Valid', 'Programmed'])
    await kubectl('wait', `--for=condition=${condition}`, '-n', 'shop', 'httpproxy/web', '--timeout=20s');

  const pods = await kubectl('get', 'pods', '-n', 'shop', '-o', 'jsonpath={.items[*].status.podIP}');
  await eventually(async () => {
    const { status, body } = await askRaw({ port: envoy.port, host: 'web.example.com', path: '/' });
    expect([status, pods.split(' ')]).toEqual([
      200,
      expect.arrayContaining([(JSON.parse(body) as { address: string }).address]) as unknown,
    ]);
  });

  expect(await kubectl('get', 'httpproxy', '-n', 'shop')).toMatch(
    /^web +web\.example\.com +valid +Valid HTTPProxy +True$/m,
  );
  const routes = ['contour', 'routes', '--host', 'web.example.com'];
  expect(await kubectl(...routes)).toMatch(
    /^web\.example\.com +prefix {2}\/ +shop\/web:80 +100% +2\/2 +proxy\/web #0 +valid$/m,
  );
  expect(JSON.parse(await kubectl(...routes, '-o', 'json'))).toMatchObject({
    source: { from: 'controller' },
    items: [{ host: 'web.example.com' }],
  });
});

it('the debug endpoint is nowhere but on loopback', async () => {
  const path = 'jsonpath={.items[0].status.podIP}';
  const pod = await kubectl(
    'get',
    'pods',
    '-n',
    'projectcontour',
    '-l',
    'app.kubernetes.io/component=controller',
    '-o',
    path,
  );
  const ask = async (port: number) => {
    const reached = await reach(rig, pod, port);
    return fetch(`http://127.0.0.1:${reached.port}/healthz`).finally(() => reached.close());
  };
  expect((await ask(8000)).status).toBe(200);
  await expect(ask(6060)).rejects.toThrow('fetch failed');
});

it('what is deployed has asked for nothing that it has no right to', async () => {
  expect(await callsWithoutRight(rig)).toEqual(new Set());
});
