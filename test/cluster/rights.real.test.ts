import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditedCalls, grantedRights } from '../deploy/audit.ts';
import { objectsIn } from '../deploy/manifests.ts';
import { auditLogIn } from '../rig/place.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';

const deploy = fileURLToPath(new URL('../../deploy', import.meta.url));
const everywhere = ['ClusterRole contour', 'Role contour-leader-election', 'Role contour-certgen'];
const namespaced = ['Role contour', 'Role contour-own-namespace', ...everywhere.slice(1)];
let rig: Rig;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
const waitFor = (condition: string, ...what: readonly string[]) =>
  kubectl('wait', `--for=${condition}`, ...what, '--timeout=30s');

const metadata = (name: string) => ({ namespace: 'shop', name });

function proxy(name: string, tls: object = {}): object {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: metadata(name),
    spec: { virtualhost: { fqdn: 'web.example.com', ...tls }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
  };
}

/** A world that has the controller do all it does. */
async function applyWorld(): Promise<void> {
  const { certificate, key } = selfSigned('web.example.com');
  const backend = { service: { name: 'web', port: { number: 80 } } };
  await apply(
    { apiVersion: 'v1', kind: 'Service', metadata: metadata('web'), spec: { ports: [{ port: 80 }] } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata('cert'),
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': certificate.toString('base64'), 'tls.key': key.toString('base64') },
    },
    proxy('web', { tls: { secretName: 'cert' } }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata('web'),
      spec: { ingressClassName: 'contour', rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    },
  );
  await waitFor('jsonpath={.status.currentStatus}=valid', '-n', 'shop', 'httpproxy/web');
  await waitFor('jsonpath={.status.loadBalancer.ingress}', '-n', 'shop', 'ingress/web');
  // It loses the host, and its owner is told.
  await apply(proxy('late'));
  await waitFor('jsonpath={.status.currentStatus}=invalid', '-n', 'shop', 'httpproxy/late');
}

describe.each([
  { folder: `${deploy}/base`, roles: everywhere },
  { folder: `${deploy}/overlays/namespaced`, roles: namespaced },
  { folder: `${deploy}/overlays/no-leader`, roles: ['ClusterRole contour', 'Role contour-certgen'] },
])('with $folder', ({ folder, roles }) => {
  beforeAll(async () => {
    rig = await startRig({ name: `rights-${process.pid}`, env: process.env, say: () => {} });
    for (const namespace of ['shop', 'checkout']) await kubectl('create', 'namespace', namespace);
    await kubectl('apply', '-k', folder);
    await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=50s');
  });

  afterAll(() => rig.stop());

  it('what our accounts ask of the API server is what they have the rights to, verb by verb', async () => {
    await applyWorld();
    // An upgrade makes certificates where there are some.
    await kubectl('delete', 'job', '-n', 'projectcontour', '--all');
    await kubectl('apply', '-k', folder);
    await waitFor('condition=Complete', '-n', 'projectcontour', 'job', '--all');

    const granted = grantedRights(objectsIn(await kubectl('kustomize', folder)), roles);
    await eventually(async () => {
      const log = await inside(rig, ['cat', auditLogIn(rig.place.folder)]);
      const { used, others } = auditedCalls(log.split('\n'), roles);
      expect(used).toEqual(granted);
      expect(others).toEqual(new Set());
    }, 20_000);
  });
});
