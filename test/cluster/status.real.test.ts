import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startLoad } from '../envoy/load.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { type ClusterStand, openClusterStand } from './cluster-stand.ts';
import { type ControllerProcess, startController } from './controller-process.ts';
import { giveUpMs, handoverMs, takeoverMs } from './lease-bounds.ts';
import { runEnvoyOf } from './lone-stand.ts';
import { kubeconfigThrough, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

let stand: ClusterStand;

const kubectl: ClusterStand['kubectl'] = (...words) => stand.kubectl(...words);
const apply: ClusterStand['apply'] = (...objects) => stand.apply(...objects);

beforeAll(async () => void (stand = await openClusterStand('status')));

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await kubectl('delete', 'httpproxy,ingress,events', '--all');
});

afterAll(() => stand.close());

interface Controller extends ControllerProcess {
  /** What stands between it and the API server. */
  readonly api: RecordingProxy;
  statusWrites(): number;
}

async function controller(...flags: readonly string[]): Promise<Controller> {
  const api = await startRecordingProxy(stand.kubeconfig);
  cleanups.push(() => api.close());
  const started = await startController(`--kubeconfig=${kubeconfigThrough(api, stand.folder)}`, ...flags);
  cleanups.push(() => started.kill('SIGTERM'));
  const statusWrites = () =>
    api.seen.filter(({ method, path }) => method === 'PATCH' && path.includes('/status')).length;
  return { ...started, api, statusWrites };
}

const proxy = (name: string, spec: object = {}, annotations: object = {}) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name, annotations },
  spec: { virtualhost: { fqdn: `${name}.example.com` }, routes: [{ services: [{ name: 'web', port: 80 }] }], ...spec },
});

const ingress = (name: string, annotations: object = {}, host = `${name}.example.com`) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'shop', name, annotations },
  spec: {
    rules: [
      {
        host,
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
        },
      },
    ],
  },
});

const statusOf = async (kind: string, name: string): Promise<Record<string, unknown>> =>
  (JSON.parse(await kubectl('get', kind, name, '-o', 'json')) as { status: Record<string, unknown> }).status;

const leads = (one: ControllerProcess, ms = takeoverMs) => eventually(() => expect(one.leads()).toBe(true), ms);

it('statuses are written, with the addresses that are given; what is of another class is not touched', async () => {
  await apply(proxy('web'), proxy('lost', { routes: [{ services: [{ name: 'nowhere', port: 80 }] }] }));
  await apply(proxy('foreign', { ingressClassName: 'other' }), ingress('web'));
  await apply(ingress('theirs', { 'kubernetes.io/ingress.class': 'other' }));
  const one = await controller('--ingress-status-address=10.1.2.3,lb.example.com');
  await kubectl('wait', '--for=condition=Valid', 'httpproxy/web', '--timeout=20s');
  await kubectl('wait', '--for=condition=Valid=false', 'httpproxy/lost', '--timeout=20s');
  const loadBalancer = { ingress: [{ ip: '10.1.2.3' }, { hostname: 'lb.example.com' }] };
  expect(await statusOf('httpproxy', 'web')).toMatchObject({ currentStatus: 'valid', loadBalancer });
  await eventually(async () => expect(await statusOf('ingress', 'web')).toEqual({ loadBalancer }));
  // The managed fields say who wrote.
  const foreign = await kubectl('get', 'httpproxy/foreign', 'ingress/theirs', '--show-managed-fields', '-o', 'json');
  expect(foreign).not.toContain('"manager": "contour"');
  expect(await statusOf('httpproxy', 'foreign')).toEqual({
    currentStatus: 'NotReconciled',
    description: 'Waiting for controller',
  });
  // It is right, and so it writes no more.
  await eventually(async () => {
    const before = one.statusWrites();
    await sleep(2_000);
    expect(one.statusWrites()).toBe(before);
  });
  expect(one.statusWrites()).toBeLessThanOrEqual(5);
});

it('the addresses of the Service of the Envoys are followed until it has none', async () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'projectcontour', name: 'envoy' } };
  await apply({ ...service, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } }, ingress('web'));
  const give = (items: readonly object[]) =>
    kubectl(
      '-n',
      'projectcontour',
      'patch',
      'service',
      'envoy',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: { loadBalancer: { ingress: items } } }),
    );
  await give([{ ip: '10.9.8.7' }]);
  await controller();
  await eventually(async () =>
    expect(await statusOf('ingress', 'web')).toEqual({ loadBalancer: { ingress: [{ ip: '10.9.8.7' }] } }),
  );
  await give([{ hostname: 'new.example.com' }]);
  await eventually(async () =>
    expect(await statusOf('ingress', 'web')).toEqual({ loadBalancer: { ingress: [{ hostname: 'new.example.com' }] } }),
  );
  await give([]);
  await eventually(async () => expect(await statusOf('ingress', 'web')).toEqual({ loadBalancer: {} }));
  await kubectl('-n', 'projectcontour', 'delete', 'service', 'envoy');
});

it('who loses a host is told so by an event that kubectl shows', async () => {
  await apply(proxy('old'));
  const one = await controller();
  await kubectl('wait', '--for=condition=HostClaimed', 'httpproxy/old', '--timeout=20s');
  const virtualhost = { fqdn: 'old.example.com' };
  await apply(proxy('new', { virtualhost }), ingress('a'));
  await apply(ingress('b', {}, 'a.example.com'));
  await eventually(async () => {
    const described = await kubectl('describe', 'httpproxy', 'new');
    expect(described).toMatch(/Warning +DuplicateVhost .* contour +old.example.com is held by HTTPProxy shop\/old/);
    const columns = 'custom-columns=O:.involvedObject.name,R:.reason';
    const events = await kubectl('get', 'events', '-o', columns, '--no-headers');
    const told = events
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/).join(' '));
    expect(told.sort()).toEqual(['b PathTaken', 'new DuplicateVhost']);
  });
  expect(one.output()).not.toContain('events cannot be written');
});

it('one leads; both serve the same; when the leader is killed the other leads, and no request fails', async () => {
  await apply(ingress('web', { 'ingress.kubernetes.io/force-ssl-redirect': 'true' }), proxy('web2'));
  const [http = 0, https = 0] = await freePorts(2);
  const ports = [
    '--envoy-service-http-address=127.0.0.1',
    `--envoy-service-http-port=${http}`,
    '--envoy-service-https-address=127.0.0.1',
    `--envoy-service-https-port=${https}`,
  ];
  const one = await controller(...ports);
  await leads(one);
  const two = await controller(...ports);
  cleanups.push(await runEnvoyOf(one.xdsPort, stand.folder));
  await kubectl('wait', '--for=condition=Programmed', 'httpproxy/web2', '--timeout=20s');

  const snapshot = async ({ debugUrl }: ControllerProcess) => {
    const { items } = (await (await fetch(`${debugUrl}/debug/snapshot`)).json()) as { items: readonly object[] };
    return items;
  };
  await eventually(async () => expect(await snapshot(two)).toEqual(await snapshot(one)));
  expect((await snapshot(one)).length).toBeGreaterThan(3);

  const load = startLoad(http, () => ({ host: 'web.example.com', right: (status) => status === 301 }));
  expect([one.leads(), two.leads()]).toEqual([true, false]);
  await one.kill('SIGKILL');
  await apply(proxy('late'));
  await leads(two);
  await kubectl('wait', '--for=condition=Valid', 'httpproxy/late', '--timeout=20s');
  const { requests, failures } = await load.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

it('a leader that ends in order is followed before its lease would have run out', async () => {
  const one = await controller();
  await leads(one);
  const two = await controller();
  expect(await one.kill('SIGTERM')).toBe(0);
  await leads(two, handoverMs);
});

it('a leader that was stopped for 20 s writes nothing after it', async () => {
  await apply(proxy('web'));
  const one = await controller();
  await leads(one);
  await kubectl('wait', '--for=condition=Valid', 'httpproxy/web', '--timeout=20s');
  const two = await controller();
  one.process.kill('SIGSTOP');
  const stopped = performance.now();
  // Something that it would have to write, as soon as it goes on.
  await apply(proxy('web', { routes: [{ services: [{ name: 'nowhere', port: 80 }] }] }), proxy('late'));
  await leads(two);
  await kubectl('wait', '--for=condition=Valid=false', 'httpproxy/web', '--timeout=20s');
  await sleep(Math.max(0, 20_000 - (performance.now() - stopped)));
  const before = one.statusWrites();
  one.process.kill('SIGCONT');
  await eventually(() => expect(one.output()).toContain('no longer leading'));
  await apply(proxy('later'));
  await kubectl('wait', '--for=condition=Valid', 'httpproxy/later', '--timeout=20s');
  await sleep(1_000);
  expect([one.statusWrites() - before, one.leads(), two.leads()]).toEqual([0, false, true]);
});

it('a leader that alone loses the API server gives up, and serves what it has', async () => {
  await apply(proxy('web'));
  const one = await controller();
  await leads(one);
  const two = await controller();
  one.api.cut(true);
  await eventually(() => expect(one.leads()).toBe(false), giveUpMs);
  await leads(two);
  const { items } = (await (await fetch(`${one.debugUrl}/debug/routes?host=web.example.com`)).json()) as {
    items: object[];
  };
  expect(items.length).toBe(1);
  one.api.cut(false);
  await sleep(3_000);
  expect([one.leads(), two.leads()]).toEqual([false, true]);
});
