import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { startPart, stopPart } from './part.ts';
import { inside } from './run.ts';
import { data, deployment, endable, metadata, node, openShop, pod, serve, service, type Shop } from './shop.ts';

const deploy = fileURLToPath(new URL('../../deploy/base', import.meta.url));
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(`network-${process.pid}`);
});
afterAll(() => shop.rig.stop());

const kubectl: Shop['kubectl'] = (...words) => shop.kubectl(...words);
const apply: Shop['apply'] = (...objects) => shop.apply(...objects);
const curl: Shop['curl'] = (url) => shop.curl(url);
const ready: Shop['ready'] = (name) => shop.ready(name);

describe('replicas', () => {
  it('listen on one port, each in a network of its own, and their Service leads to all of them', async () => {
    const program = `${endable} ${serve('process.env.HOSTNAME')} ${serve(`'private to ' + process.env.HOSTNAME`, 6060, '127.0.0.1')}`;
    await apply(deployment('twins', node(program)), service('twins', { type: 'LoadBalancer' }));
    await kubectl('rollout', 'status', 'deployment/twins', '--timeout=20s');
    const names = (await kubectl('get', 'pods', '-l', 'app=twins', '-o', 'jsonpath={.items[*].metadata.name}')).split(
      ' ',
    );
    expect(names).toHaveLength(2);
    const balancer = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
    const addresses = ['twins.shop', await eventually(() => kubectl('get', 'service', 'twins', '-o', balancer))];
    for (const address of addresses) {
      const answered = new Set<string>();
      await eventually(async () => {
        answered.add(await curl(`http://${address}/`));
        expect([...answered].toSorted()).toEqual(names.toSorted());
      });
    }
    // Also from inside a Pod, by the short name.
    const ask = `fetch('http://twins/').then((answer) => answer.text()).then(console.log)`;
    expect(names).toContain((await kubectl('exec', names[0] ?? '', '--', 'node', '-e', ask)).trim());
    for (const name of names) expect(await throughPortForward(name, 6060)).toBe(`private to ${name}`);
    await expect(throughPortForward(names[0] ?? '', 6061)).rejects.toThrow('ECONNREFUSED');
  });

  it('are reached at ports of the node, and those of its network are there', async () => {
    const program = (port: number) => node(`${endable} ${serve('process.env.HOSTNAME', port)}`);
    await apply(
      deployment('outside', program(8080), 1),
      service('outside', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] }),
      pod('hosted', { containers: [{ ...program(8080), ports: [{ containerPort: 8080, hostPort: 81 }] }] }),
      pod('neighbour', { hostNetwork: true, containers: [program(82)] }),
    );
    const address = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
    const host = await kubectl('get', 'nodes', '-o', address);
    expect(await eventually(() => curl(`http://${host}:30080/`))).toMatch(/^outside-/);
    expect(await eventually(() => curl(`http://${host}:81/`))).toBe('hosted');
    expect(await eventually(() => curl(`http://${host}:82/`))).toBe('neighbour');
    expect(await kubectl('get', 'pod', 'neighbour', '-o', 'jsonpath={.status.podIP}')).toBe(host);
    await kubectl('delete', 'pod', 'hosted');
    await eventually(() => expect(curl(`http://${host}:81/`)).rejects.toThrow('ended with 7'));
  });

  it('that are not ready get no requests', async () => {
    const program = `const { existsSync } = require('node:fs'); ${endable}
      require('node:http').createServer((request, response) => {
        response.statusCode = existsSync('/tmp/ready') ? 200 : 503; response.end();
      }).listen(8080);`;
    const readinessProbe = { httpGet: { path: '/', port: 'web' }, periodSeconds: 1, failureThreshold: 1 };
    const ports = [{ name: 'web', containerPort: 8080 }];
    await apply(deployment('slow', node(program, { readinessProbe, ports }), 1), service('slow'));
    const isReady = 'jsonpath={.items[*].endpoints[*].conditions.ready}';
    const endpoints = () => kubectl('get', 'endpointslices', '-l', 'kubernetes.io/service-name=slow', '-o', isReady);
    await eventually(async () => expect(await endpoints()).toBe('false'));
    const name = await kubectl('get', 'pods', '-l', 'app=slow', '-o', 'jsonpath={.items[0].metadata.name}');
    await eventually(() => kubectl('exec', name, '--', 'touch', '/tmp/ready'));
    await eventually(async () => expect(await endpoints()).toBe('true'));
    await eventually(() => curl('http://slow.shop/'));
    await kubectl('exec', name, '--', 'rm', '/tmp/ready');
    await eventually(async () => expect(await endpoints()).toBe('false'));
    await eventually(() => expect(curl('http://slow.shop/')).rejects.toThrow('ended with 7'));
  });
});

/** What a Pod's port answers, by `kubectl port-forward`. */
function throughPortForward(name: string, port: number): Promise<string> {
  const script = `kubectl -n shop port-forward pod/${name} :${port} >/tmp/forward-$$ 2>&1 &
    forward=$!
    trap 'kill $forward; rm -f /tmp/forward-$$' EXIT
    until grep -q '^Forwarding from 127' /tmp/forward-$$; do sleep 0.05; done
    curl -sS --max-time 20 "http://localhost:$(sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' /tmp/forward-$$)/" || { cat /tmp/forward-$$ >&2; exit 1; }`;
  return inside(shop.rig, ['sh', '-c', script]);
}

/** A host with a certificate. */
function secured(host: string): readonly object[] {
  const { certificate, key } = selfSigned(host);
  const pair = { 'tls.crt': certificate.toString(), 'tls.key': key.toString() };
  return [
    { ...data('Secret', 'secure', pair), type: 'kubernetes.io/tls' },
    {
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: metadata('secure'),
      spec: {
        virtualhost: { fqdn: host, tls: { secretName: 'secure' } },
        routes: [{ directResponsePolicy: { statusCode: 201 } }],
      },
    },
  ];
}

it('ENVOY_HTTP, ENVOY_HTTPS and DEBUG_URL lead to what is deployed, wherever that runs', async () => {
  const ask = (what: string) =>
    inside(shop.rig, ['sh', '-c', `curl -sS --max-time 20 -o /dev/null -w '%{http_code}' ${what}`]);
  await expect(ask('$ENVOY_HTTP')).rejects.toThrow('ended with 7');
  await inside(shop.rig, ['kubectl', 'apply', '--server-side', '-k', deploy]);
  for (const workload of ['deployment/contour', 'daemonset/envoy'])
    await inside(shop.rig, ['kubectl', '-n', 'projectcontour', 'rollout', 'status', workload, '--timeout=30s']);
  expect(await eventually(() => ask('$ENVOY_HTTP'))).toBe('404');
  expect(await eventually(() => ask('$DEBUG_URL/debug/'))).toBe('200');
  await apply(...secured('secure.example.com'));
  const secure = '--insecure --connect-to ::$ENVOY_HTTPS https://secure.example.com/';
  await eventually(async () => expect(await ask(secure)).toBe('201'));
  await inside(shop.rig, [
    'kubectl',
    '-n',
    'projectcontour',
    'delete',
    'daemonset,deployment,job',
    '--all',
    '--timeout=20s',
  ]);
  await eventually(() => expect(ask('$ENVOY_HTTP')).rejects.toThrow('ended with 7'));
});

describe('without an API server', () => {
  it('Pods go on, are started again when they are killed, and are told of when it is back', async () => {
    await apply(
      pod('steady', { restartPolicy: 'Always', containers: [node(`${endable} ${serve('process.uptime()')}`)] }),
    );
    await ready('steady');
    const address = await kubectl('get', 'pod', 'steady', '-o', 'jsonpath={.status.podIP}');
    const id = await kubectl('get', 'pod', 'steady', '-o', 'jsonpath={.status.containerStatuses[0].containerID}');
    await stopPart(shop.rig, 'kube-apiserver');
    await expect(kubectl('get', 'pods')).rejects.toThrow('refused');
    const before = Number(await curl(`http://${address}:8080/`));
    await inside(shop.rig, ['kill', '-9', id.slice('rig://'.length)]);
    await eventually(async () => expect(Number(await curl(`http://${address}:8080/`))).toBeLessThan(before));
    await startPart(shop.rig, 'kube-apiserver');
    const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}';
    await eventually(async () => expect(await kubectl('get', 'pod', 'steady', '-o', restarts)).toBe('1'));
    await expect(startPart(shop.rig, 'kube-apiserver')).rejects.toThrow('no part kube-apiserver was stopped');
  });
});

it('leaves no network, mount or process of a Pod behind when the Pod is deleted', async () => {
  const networks = () =>
    inside(shop.rig, ['sh', '-c', 'ip -o link | grep -c pod; grep -c /pods/ /proc/self/mountinfo || true']);
  await kubectl('delete', 'deployment,job,pod', '--all', '--timeout=20s');
  await eventually(async () => expect(await kubectl('get', 'pods', '-o', 'name')).toBe(''));
  // The node's own stays.
  await eventually(async () => expect(await networks()).toBe('1\n0\n'));
});
