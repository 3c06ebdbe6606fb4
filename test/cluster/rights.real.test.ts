import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantedRights, type Rights } from '../deploy/audit.ts';
import { objectsIn } from '../deploy/manifests.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { auditedIn } from './audited-rig.ts';

const deploy = fileURLToPath(new URL('../../deploy', import.meta.url));
const overlay = (name: string) => `${deploy}/overlays/${name}`;
const base = `${deploy}/base`;
/** Each grants something else; the others grant what the base does. */
const folders = [base, ...['namespaced', 'no-leader', 'host-port'].map(overlay)];
/** Where no Service has the address of Envoy, people say it. */
const saysAddress = new Set([overlay('host-port')]);
const namespaces = ['shop', 'checkout'];
let rig: Rig;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
const waitFor = (condition: string, ...what: readonly string[]) =>
  kubectl('wait', `--for=${condition}`, ...what, '--timeout=50s');
const grantedBy = async (folder: string): Promise<Rights> =>
  grantedRights(objectsIn(await kubectl('kustomize', folder)));

function proxy(namespace: string, name: string, tls: object = {}): object {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace, name },
    spec: {
      virtualhost: { fqdn: `${namespace}.example.com`, ...tls },
      routes: [{ services: [{ name: 'web', port: 80 }] }],
    },
  };
}

/** A world of one namespace that has the controller do all it does. */
async function applyWorld(namespace: string): Promise<void> {
  const metadata = (name: string) => ({ namespace, name });
  const { certificate, key } = selfSigned(`${namespace}.example.com`);
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
    proxy(namespace, 'web', { tls: { secretName: 'cert' } }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata('web'),
      spec: {
        ingressClassName: 'contour',
        rules: [
          { host: `ingress.${namespace}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
        ],
      },
    },
  );
  await waitFor('jsonpath={.status.currentStatus}=valid', '-n', namespace, 'httpproxy/web');
  // It loses the host, and its owner is told.
  await apply(proxy(namespace, 'late'));
  await waitFor('jsonpath={.status.currentStatus}=invalid', '-n', namespace, 'httpproxy/late');
}

const rolledOut = () => kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=100s');

async function sayAddress(): Promise<void> {
  const add = {
    op: 'add',
    path: '/spec/template/spec/containers/0/args/-',
    value: '--ingress-status-address=192.0.2.2',
  };
  await kubectl('patch', '-n', 'projectcontour', 'deployment/contour', '--type=json', '-p', JSON.stringify([add]));
}

/** An address that somebody has left behind gives way to those of Envoy. */
async function replaceAddress(namespace: string): Promise<void> {
  const left = '192.0.2.1';
  const patch = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: left }] } } });
  const ingress = ['ingress', 'web', '-n', namespace];
  await kubectl('patch', ...ingress, '--subresource=status', '--type=merge', '-p', patch);
  const path = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
  await eventually(async () => expect(await kubectl('get', ...ingress, '-o', path)).not.toContain(left), 50_000);
}

/** Certificates are made where there are some. */
async function upgrade(folder: string): Promise<void> {
  await kubectl('delete', 'job', '-n', 'projectcontour', '--all');
  await kubectl('apply', '-k', folder);
  await waitFor('condition=Complete', '-n', 'projectcontour', 'job', '--all');
}

describe.each(folders)('with %s', (folder) => {
  beforeAll(async () => {
    rig = await startRig({ name: `rights-${process.pid}`, env: process.env, say: () => {} });
    for (const namespace of namespaces) await kubectl('create', 'namespace', namespace);
    await kubectl('apply', '-k', folder);
    if (saysAddress.has(folder)) await sayAddress();
    await rolledOut();
  }, 120_000);

  afterAll(() => rig.stop());

  it('what our accounts ask of the API server is what they have the rights to, verb by verb', async () => {
    for (const namespace of namespaces) {
      await applyWorld(namespace);
      await replaceAddress(namespace);
    }
    await upgrade(folder);
    for (const namespace of namespaces)
      await kubectl('delete', '-n', namespace, 'httpproxy,ingress,secret,service', '--all');

    const granted = await grantedBy(folder);
    await eventually(async () => {
      const { used, others } = await auditedIn(rig, granted);
      expect(used).toEqual(granted);
      expect(others).toEqual(new Set());
    });
  }, 150_000);
});

describe('overlays', () => {
  beforeAll(async () => {
    rig = await startRig({ name: `rights-${process.pid}`, env: process.env, say: () => {} });
  });

  afterAll(() => rig.stop());

  it('that are not run here grant what the base does', async () => {
    const others = readdirSync(`${deploy}/overlays`)
      .map(overlay)
      .filter((folder) => !folders.includes(folder));
    expect(others.length).toBeGreaterThan(0);
    const granted = await grantedBy(base);
    for (const folder of others) expect([folder, await grantedBy(folder)]).toEqual([folder, granted]);
  });
});
