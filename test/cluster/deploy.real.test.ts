import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareText } from '../../routing/graph/compare-text.ts';
import { objectsIn, shownName, textOf } from '../deploy/manifests.ts';
import { frontAddress, frontPorts, nodeAddress } from '../rig/place.ts';
import { type Rig, spawnInside, startRig } from '../rig/rig.ts';
import { type Done, finish, inside } from '../rig/run.ts';
import { eventually } from '../support/eventually.ts';

const deploy = fileURLToPath(new URL('../../deploy', import.meta.url));
const base = `${deploy}/base`;
const overlay = (name: string) => `${deploy}/overlays/${name}`;
let rig: Rig;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
/** Where its failure is an answer too. */
const tryKubectl = (...words: readonly string[]): Promise<Done> =>
  finish(spawnInside(rig, ['kubectl', ...words], 'pipe'));
const apply = (folder: string, ...words: readonly string[]) =>
  kubectl('apply', '--warnings-as-errors', '-k', folder, ...words);

beforeAll(async () => {
  rig = await startRig({ name: `deploy-${process.pid}`, env: process.env, say: () => {} });
  await apply(base);
  for (const namespace of ['shop', 'checkout']) await kubectl('create', 'namespace', namespace);
});

afterAll(() => rig.stop());

/** An Envoy that is told to end before it has begun to listen to signals is waited for as long as it may take. */
const envoysRun = (namespace: string) =>
  kubectl('rollout', 'status', '-n', namespace, 'daemonset/envoy', '--timeout=50s');

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
    readonly spec: { readonly volumes: readonly { readonly projected?: object }[] };
  }[];
}

async function podsIn(namespace: string): Promise<PodList['items']> {
  const { items } = JSON.parse(await kubectl('get', 'pods', '-n', namespace, '-o', 'json')) as PodList;
  return items;
}

const componentOf = ({ metadata }: PodList['items'][number]) =>
  metadata.labels['app.kubernetes.io/component'] ?? 'none';

/** As draining a node does. */
function evict(name: string): Promise<Done> {
  const path = `/api/v1/namespaces/projectcontour/pods/${name}/eviction`;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace: 'projectcontour', name } };
  return finish(spawnInside(rig, ['kubectl', 'create', '--raw', path, '-f', '-'], 'pipe'), JSON.stringify(eviction));
}

describe('the base', () => {
  it('is the same as contour.yaml', async () => {
    const byName = (yaml: string) =>
      objectsIn(yaml).toSorted((one, other) => compareText(shownName(one), shownName(other)));
    expect(byName(textOf('deploy/contour.yaml'))).toEqual(byName(await kubectl('kustomize', base)));
  });

  it('changes nothing when it is applied again', async () => {
    await apply(base);
    expect(await tryKubectl('diff', '-k', base)).toMatchObject({ code: 0, stdout: '' });
  });

  it('has all its Pods taken where Pod Security enforces its strictest profile', async () => {
    await eventually(async () => {
      const pods = (await podsIn('projectcontour')).map(componentOf);
      expect(pods.toSorted(compareText)).toEqual(['certgen', 'controller', 'controller', 'proxy']);
    });
    const weak = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'projectcontour', name: 'weak' },
      spec: { containers: [{ name: 'weak', image: 'weak', ports: [{ containerPort: 80, hostPort: 80 }] }] },
    };
    await expect(inside(rig, ['kubectl', 'apply', '-f', '-'], JSON.stringify(weak))).rejects.toThrow(
      'violates PodSecurity "restricted:latest": hostPort (container "weak" uses hostPort 80)',
    );
  });

  it('has its budget keep one of the controllers where all of them are to go', async () => {
    await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=50s');
    const budget = ['pdb', 'contour', '-n', 'projectcontour', '-o', 'jsonpath={.status.disruptionsAllowed}'];
    await eventually(async () => expect(await kubectl('get', ...budget)).toBe('1'));
    const controllers = (await podsIn('projectcontour')).filter((pod) => componentOf(pod) === 'controller');
    const evicted = [];
    for (const { metadata } of controllers) evicted.push(await evict(metadata.name));
    expect(evicted).toMatchObject([
      { code: 0 },
      { code: 1, stderr: expect.stringContaining('disruption budget') as unknown },
    ]);
    await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=50s');
  });

  it('gives Envoy no token', async () => {
    const proxies = (await podsIn('projectcontour')).filter((pod) => componentOf(pod) === 'proxy');
    expect(proxies).toHaveLength(1);
    expect(proxies.flatMap(({ spec }) => spec.volumes).filter(({ projected }) => projected !== undefined)).toEqual([]);
  });
});

describe('roles for teams', () => {
  const proxies = 'httpproxies.projectcontour.io';
  const delegations = 'tlscertificatedelegations.projectcontour.io';

  beforeAll(async () => {
    const bind = (name: string, role: string, user: string, namespace: string) =>
      kubectl('create', 'rolebinding', name, role, `--user=${user}`, '-n', namespace);
    for (const role of ['view', 'edit', 'admin']) await bind(role, `--clusterrole=${role}`, `shop-${role}`, 'shop');
    await bind('debug', '--role=contour-debug', 'platform-view', 'projectcontour');
    for (const role of ['view', 'edit']) {
      const name = `platform-${role}`;
      const granted = `--clusterrole=contour-platform-team-${role}`;
      await kubectl('create', 'clusterrolebinding', name, granted, `--user=${name}`);
    }
    // The roles are put together by the controller-manager.
    await eventually(async () => expect(await can('platform-edit', 'delete', delegations, 'shop')).toBe('yes'));
    await eventually(async () => expect(await can('shop-admin', 'delete', proxies, 'shop')).toBe('yes'));
  });

  async function can(
    user: string,
    verb: string,
    resource: string,
    namespace: string,
    subresource = '',
  ): Promise<string> {
    const question = [verb, resource, `--subresource=${subresource}`, '-n', namespace];
    const { stdout } = await tryKubectl('auth', 'can-i', ...question, `--as=${user}`);
    return stdout.trim();
  }

  it.each([
    ['shop-view', { see: 'yes', change: 'no', lend: 'no', elsewhere: 'no' }],
    ['shop-edit', { see: 'yes', change: 'yes', lend: 'no', elsewhere: 'no' }],
    ['shop-admin', { see: 'yes', change: 'yes', lend: 'no', elsewhere: 'no' }],
    ['platform-view', { see: 'yes', change: 'no', lend: 'no', elsewhere: 'yes' }],
    ['platform-edit', { see: 'yes', change: 'yes', lend: 'yes', elsewhere: 'yes' }],
  ])('%s may: %o', async (user, expected) => {
    expect({
      see: await can(user, 'list', proxies, 'shop'),
      change: await can(user, 'patch', proxies, 'shop'),
      lend: await can(user, 'create', delegations, 'shop'),
      elsewhere: await can(user, 'get', proxies, 'checkout'),
    }).toEqual(expected);
    expect(await can(user, 'patch', proxies, 'shop', 'status')).toBe('no');
  });

  it('the platform team sees what routing is made of, but no Secret, and debugs the controllers', async () => {
    const user = 'platform-view';
    for (const kind of ['services', 'endpointslices.discovery.k8s.io', 'ingresses.networking.k8s.io'])
      expect([kind, await can(user, 'watch', kind, 'checkout')]).toEqual([kind, 'yes']);
    expect(await can(user, 'get', 'secrets', 'shop')).toBe('no');
    expect(await can(user, 'create', 'pods', 'projectcontour', 'portforward')).toBe('yes');
    expect(await can(user, 'create', 'pods', 'shop', 'portforward')).toBe('no');
  });
});

describe('overlays', () => {
  it.each(['aws-nlb', 'namespaced', 'no-leader', 'nodeport', 'proxy-protocol'])('%s is accepted', async (name) => {
    expect(await apply(overlay(name), '--dry-run=server')).toMatch(/configured|created/);
  });

  /** What an Envoy without a host answers. */
  const answers = async (address: string, ...words: readonly string[]): Promise<void> => {
    const code = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '--max-time', '5', ...words, address];
    await eventually(async () => expect(await inside(rig, code)).toBe('404'), 20_000);
  };

  it('nodeport is reached at the node', async () => {
    await apply(overlay('nodeport'));
    await envoysRun('projectcontour');
    await answers(`http://${nodeAddress}:30080/`);
    await apply(base);
  });

  it('proxy-protocol takes who tells the address of the client, and nobody else', async () => {
    await apply(overlay('proxy-protocol'));
    await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=50s');
    const front = `http://${frontAddress}:${frontPorts.http}/`;
    await answers(front, '--haproxy-protocol');
    await expect(inside(rig, ['curl', '-s', '--max-time', '5', front])).rejects.toThrow(/ended with (52|56)/);
    await apply(base);
    await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=50s');
    await answers(front);
  });

  it('host-port has Envoy on ports of the node, in a namespace that allows them, and is removed at once', async () => {
    await apply(overlay('host-port'));
    for (const namespace of ['projectcontour', 'projectcontour-envoy']) await envoysRun(namespace);
    expect((await podsIn('projectcontour-envoy')).map(componentOf)).toEqual(['proxy']);
    await kubectl('delete', '-k', overlay('host-port'));
    expect(await leftOf(overlay('host-port'))).toBe('');
    await apply(base);
  });
});

it('host-port has the policy of the controllers find Envoys in their namespace', async () => {
  const rendered = objectsIn(await kubectl('kustomize', overlay('host-port')));
  const policy = rendered.find((object) => shownName(object) === 'NetworkPolicy contour');
  const { ingress = [], egress = [] } = (policy?.spec ?? {}) as PolicySpec;
  const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
  const envoys = peers.filter(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/component'] === 'proxy');
  const theirs = { matchLabels: { 'kubernetes.io/metadata.name': 'projectcontour-envoy' } };
  expect(envoys.map(({ namespaceSelector }) => namespaceSelector)).toEqual([theirs, theirs]);
});

interface PolicySpec {
  readonly ingress?: readonly { readonly from?: readonly PolicyPeer[] }[];
  readonly egress?: readonly { readonly to?: readonly PolicyPeer[] }[];
}

interface PolicyPeer {
  readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector?: object;
}

it('is removed by one command that leaves what people wrote', async () => {
  const proxy = {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { virtualhost: { fqdn: 'web.example.com' } },
  };
  await inside(rig, ['kubectl', 'apply', '-f', '-'], JSON.stringify(proxy));
  await envoysRun('projectcontour');
  await kubectl('delete', '-k', base, '-l', 'app.kubernetes.io/part-of=kubectl-contour');
  expect((await leftOf(base)).split('\n').toSorted(compareText)).toEqual([
    'customresourcedefinition.apiextensions.k8s.io/httpproxies.projectcontour.io',
    'customresourcedefinition.apiextensions.k8s.io/tlscertificatedelegations.projectcontour.io',
  ]);
  expect(await kubectl('get', 'httpproxy', '-n', 'shop', '-o', 'name')).toContain('web');
});

it('is removed by one command that leaves nothing', async () => {
  await apply(base);
  await envoysRun('projectcontour');
  await kubectl('delete', '-k', base);
  expect(await leftOf(base)).toBe('');
  expect(await kubectl('get', 'namespaces,clusterroles,clusterrolebindings,crd', '-o', 'name')).not.toContain(
    'contour',
  );
});

/** Names of its objects that are there. */
async function leftOf(folder: string): Promise<string> {
  return (await kubectl('get', '-k', folder, '--ignore-not-found', '-o', 'name')).trim();
}
