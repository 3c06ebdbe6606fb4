import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { insideEnvironment, joined } from './namespace.ts';
import { killContainer, startPart, stopPart } from './part.ts';
import { type Rig, startRig } from './rig.ts';
import { finish, inside } from './run.ts';

const deploy = fileURLToPath(new URL('../../deploy/base', import.meta.url));
let rig: Rig;
const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
const curl = (url: string) => inside(rig, ['curl', '-sS', '--fail', '--max-time', '5', url]);

beforeAll(async () => {
  rig = await startRig({ name: `pods-${process.pid}`, env: process.env, say: () => {} });
  await inside(rig, ['kubectl', 'create', 'namespace', 'shop']);
  await eventually(() => kubectl('get', 'serviceaccount', 'default'));
});

afterAll(() => rig.stop());

const metadata = (name: string) => ({ name, namespace: 'shop', labels: { app: name } });

/** A container that runs a program of JavaScript. */
const node = (program: string, more: object = {}) => ({
  name: 'main',
  image: 'node:26',
  args: ['-e', program],
  ...more,
});

const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(name),
  spec: { terminationGracePeriodSeconds: 1, restartPolicy: 'Never', ...spec },
});

const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});

const data = (kind: 'ConfigMap' | 'Secret', name: string, values: Record<string, string>) => ({
  apiVersion: 'v1',
  kind,
  metadata: metadata(name),
  [kind === 'Secret' ? 'stringData' : 'data']: values,
});

const phase = (name: string) => kubectl('get', 'pod', name, '-o', 'jsonpath={.status.phase}');
const ready = (name: string) => kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=20s');
const ended = (name: string) =>
  kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', `pod/${name}`, '--timeout=20s');

/** Answers every request with what an expression is. */
const serve = (expression: string, port = 8080, host = '0.0.0.0') =>
  `require('node:http').createServer((request, response) => response.end(String(${expression}))).listen(${port}, '${host}');`;
const endable = `process.on('SIGTERM', () => process.exit(0));`;

describe('a container', () => {
  it('has the environment, the words and the folder that its spec says', async () => {
    const env = [
      { name: 'PLAIN', value: 'a' },
      { name: 'COMPOSED', value: '$(PLAIN)-$(UNKNOWN)-$$(PLAIN)' },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'FROM_MAP', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
      { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: 'password', key: 'word' } } },
      { name: 'ABSENT', valueFrom: { secretKeyRef: { name: 'password', key: 'absent', optional: true } } },
    ];
    const program =
      'console.log(JSON.stringify({ env: process.env, words: process.argv.slice(1), cwd: process.cwd() }))';
    await apply(
      data('ConfigMap', 'settings', { colour: 'green' }),
      data('Secret', 'password', { word: 'xyzzy' }),
      service('linked'),
      pod('told', {
        containers: [
          {
            name: 'main',
            image: 'node:26',
            command: ['node', '-e', program],
            args: ['one $(PLAIN)', `'"two`],
            workingDir: '/tmp',
            env,
            envFrom: [{ prefix: 'MAP_', configMapRef: { name: 'settings' } }],
          },
        ],
      }),
    );
    await ended('told');
    const said = JSON.parse(await kubectl('logs', 'told')) as { env: Record<string, string> };
    expect(said).toMatchObject({
      words: ['one a', `'"two`],
      cwd: '/tmp',
      env: {
        PLAIN: 'a',
        COMPOSED: 'a-$(UNKNOWN)-$(PLAIN)',
        POD: 'told',
        HOSTNAME: 'told',
        APP: 'told',
        ADDRESS: await kubectl('get', 'pod', 'told', '-o', 'jsonpath={.status.podIP}'),
        FROM_MAP: 'green',
        FROM_SECRET: 'xyzzy',
        MAP_colour: 'green',
        KUBERNETES_SERVICE_HOST: '10.96.0.1',
        LINKED_SERVICE_PORT: '80',
      },
    });
    expect(said.env).not.toHaveProperty('ABSENT');
    expect(said.env).not.toHaveProperty('KUBECONFIG');
  });

  it('has the files that its spec says, and sees them change', async () => {
    const program = `const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
      const attempt = (work) => { try { return work() } catch (error) { return error.code } };
      ${endable} ${serve(`JSON.stringify({
        secret: readFileSync('/certs/tls.key', 'utf8'),
        chosen: readdirSync('/chosen').filter((name) => !name.startsWith('..')),
        one: readFileSync('/etc/one.conf', 'utf8'),
        labels: readFileSync('/about/labels', 'utf8'),
        readOnly: attempt(() => writeFileSync('/certs/new', '')),
        root: attempt(() => writeFileSync('/new', '')),
        shared: attempt(() => { writeFileSync('/shared/file', 'x'); return readFileSync('/shared/file', 'utf8') }),
        user: process.getuid(),
        group: process.getgid(),
        pid: process.pid,
      })`)}`;
    await apply(
      data('ConfigMap', 'files', { 'one.conf': 'first', 'two.conf': 'second' }),
      data('Secret', 'pair', { 'tls.key': 'old' }),
      pod('files', {
        securityContext: { runAsUser: 1234, runAsGroup: 1235, fsGroup: 1236, runAsNonRoot: true },
        volumes: [
          { name: 'pair', secret: { secretName: 'pair', defaultMode: 0o400 } },
          { name: 'files', configMap: { name: 'files', items: [{ key: 'two.conf', path: 'second' }] } },
          { name: 'all', configMap: { name: 'files' } },
          {
            name: 'about',
            downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
          },
          { name: 'shared', emptyDir: {} },
        ],
        containers: [
          node(program, {
            securityContext: { readOnlyRootFilesystem: true },
            volumeMounts: [
              { name: 'pair', mountPath: '/certs', readOnly: true },
              { name: 'files', mountPath: '/chosen' },
              { name: 'all', mountPath: '/etc/one.conf', subPath: 'one.conf' },
              { name: 'about', mountPath: '/about' },
              { name: 'shared', mountPath: '/shared' },
            ],
          }),
        ],
      }),
    );
    await ready('files');
    const address = await kubectl('get', 'pod', 'files', '-o', 'jsonpath={.status.podIP}');
    const read = async () => JSON.parse(await eventually(() => curl(`http://${address}:8080`))) as { secret: string };
    expect(await read()).toEqual({
      secret: 'old',
      chosen: ['second'],
      one: 'first',
      labels: 'app="files"\n',
      readOnly: 'EROFS',
      root: 'EROFS',
      shared: 'x',
      user: 1234,
      group: 1235,
      pid: 1,
    });
    await apply(data('Secret', 'pair', { 'tls.key': 'new' }));
    await eventually(async () => expect((await read()).secret).toBe('new'));
  });

  it('waits for a Secret that is not there yet, and says so', async () => {
    const volumes = [{ name: 'late', secret: { secretName: 'late' } }];
    await apply(pod('patient', { volumes, containers: [node('')] }));
    const message = 'jsonpath={.status.containerStatuses[0].state.waiting.message}';
    await eventually(async () =>
      expect(await kubectl('get', 'pod', 'patient', '-o', message)).toBe('secret "late" not found'),
    );
    await apply(data('Secret', 'late', { a: 'b' }));
    await ended('patient');
  });

  it('whose image is not here is never ready, and says why', async () => {
    await apply(pod('unknown', { containers: [node(serve('1')), { name: 'other', image: 'busybox' }] }));
    const message = 'jsonpath={.status.containerStatuses[1].state.waiting.message}';
    await eventually(async () =>
      expect(await kubectl('get', 'pod', 'unknown', '-o', message)).toContain('the image busybox'),
    );
    expect(await phase('unknown')).toBe('Pending');
  });

  it('speaks to the API server as its service account', async () => {
    const program = `const { readFileSync } = require('node:fs');
      const place = '/var/run/secrets/kubernetes.io/serviceaccount/';
      const [token, ca, namespace] = ['token', 'ca.crt', 'namespace'].map((name) => readFileSync(place + name, 'utf8'));
      const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
      const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      require('node:https').request({ host: 'kubernetes.default.svc', ca, path, method: 'POST', headers }, (response) =>
        response.on('data', (chunk) => console.log(JSON.parse(chunk).status.userInfo.username, namespace))).end(body);`;
    await apply(pod('speaker', { containers: [node(program)] }));
    await ended('speaker');
    expect(await kubectl('logs', 'speaker')).toBe('system:serviceaccount:shop:default shop\n');
  });
});

describe('a Pod', () => {
  it('runs init containers one after the other, and its own when they have succeeded', async () => {
    const volumes = [{ name: 'shared', emptyDir: {} }];
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const append = (word: string, more: object = {}) => ({
      name: word,
      image: 'node:26',
      args: ['-e', `require('node:fs').appendFileSync('/shared/order', '${word} ')`],
      volumeMounts,
      ...more,
    });
    const say = node(`console.log(require('node:fs').readFileSync('/shared/order', 'utf8'))`, { volumeMounts });
    await apply(pod('ordered', { volumes, initContainers: [append('first'), append('second')], containers: [say] }));
    await ended('ordered');
    expect(await kubectl('logs', 'ordered')).toBe('first second \n');

    const failing = { name: 'failing', image: 'node:26', args: ['-e', 'process.exit(3)'] };
    await apply(pod('stuck', { initContainers: [failing], containers: [node('console.log(1)')] }));
    await eventually(async () => expect(await phase('stuck')).toBe('Failed'));
    expect(await kubectl('logs', 'stuck', '-c', 'main')).toBe('');
  });

  it('of a Job completes it, or fails it, by the exit code', async () => {
    const job = (name: string, code: number) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: metadata(name),
      spec: {
        backoffLimit: 0,
        template: { spec: { restartPolicy: 'Never', containers: [node(`process.exit(${code})`)] } },
      },
    });
    await apply(job('good', 0), job('bad', 1));
    await kubectl('wait', '--for=condition=Complete', 'job/good', '--timeout=20s');
    await kubectl('wait', '--for=condition=Failed', 'job/bad', '--timeout=20s');
  });

  it('is started again when it is killed, and its former log is kept', async () => {
    const program = `console.log('run'); ${endable} ${serve('1')}`;
    await apply(pod('killed', { restartPolicy: 'Always', containers: [node(program)] }));
    await ready('killed');
    await eventually(async () => expect(await kubectl('logs', 'killed')).toBe('run\n'));
    await killContainer(rig, { namespace: 'shop', pod: 'killed', container: 'main' });
    const state =
      'jsonpath={.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].lastState.terminated.exitCode}';
    await eventually(async () => expect(await kubectl('get', 'pod', 'killed', '-o', state)).toBe('1 137'));
    await ready('killed');
    expect(await kubectl('logs', 'killed', '--previous')).toBe('run\n');
  });

  it('is restarted where its liveness probe fails', async () => {
    const livenessProbe = { exec: { command: ['test', '-e', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 1 };
    const program = `require('node:fs').writeFileSync('/tmp/alive', ''); ${endable} setInterval(() => {}, 1000)`;
    await apply(pod('ill', { restartPolicy: 'Always', containers: [node(program, { livenessProbe })] }));
    await ready('ill');
    await kubectl('exec', 'ill', '--', 'rm', '/tmp/alive');
    const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}';
    await eventually(async () => expect(await kubectl('get', 'pod', 'ill', '-o', restarts)).toBe('1'), 10_000);
  });

  it('ends in order: preStop, then SIGTERM, and what is over time is killed', async () => {
    const program = `process.on('SIGTERM', () => { console.log('asked'); setTimeout(() => process.exit(0), 200) });
      setInterval(() => {}, 1000); console.log('begun')`;
    const preStop = { exec: { command: ['sh', '-c', 'echo hooked >/proc/1/fd/1'] } };
    const polite = pod('polite', { containers: [node(program, { lifecycle: { preStop } })] });
    await apply({ ...polite, spec: { ...polite.spec, terminationGracePeriodSeconds: 20 } });
    const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('begun')`;
    await apply(pod('deaf', { containers: [node(deaf)] }));
    await eventually(async () => expect(await kubectl('logs', 'polite')).toBe('begun\n'));
    await eventually(async () => expect(await kubectl('logs', 'deaf')).toBe('begun\n'));
    const [program2 = '', ...words] = joined(rig, ['kubectl', '-n', 'shop', 'logs', '-f', 'polite']);
    const followed = finish(spawn(program2, words, { stdio: 'pipe', env: insideEnvironment(rig) }));
    await kubectl('delete', 'pod', 'polite', 'deaf', '--timeout=15s');
    expect((await followed).stdout).toBe('begun\nhooked\nasked\n');
  });
});

const deployment = (name: string, container: object, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(name),
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 1, containers: [container] },
    },
  },
});

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
    curl -sS --max-time 5 "http://localhost:$(sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' /tmp/forward-$$)/" || { cat /tmp/forward-$$ >&2; exit 1; }`;
  return inside(rig, ['sh', '-c', script]);
}

it('ENVOY_HTTP and DEBUG_URL lead to what is deployed, wherever that runs', async () => {
  const ask = (what: string) =>
    inside(rig, ['sh', '-c', `curl -sS --max-time 5 -o /dev/null -w '%{http_code}' ${what}`]);
  await expect(ask('$ENVOY_HTTP')).rejects.toThrow('ended with 7');
  await inside(rig, ['kubectl', 'apply', '--server-side', '-k', deploy]);
  for (const workload of ['deployment/contour', 'daemonset/envoy'])
    await inside(rig, ['kubectl', '-n', 'projectcontour', 'rollout', 'status', workload, '--timeout=30s']);
  expect(await eventually(() => ask('$ENVOY_HTTP'))).toBe('404');
  expect(await eventually(() => ask('$DEBUG_URL/debug/'))).toBe('200');
  await inside(rig, ['kubectl', 'delete', 'namespace', 'projectcontour', '--timeout=40s']);
  await expect(ask('$ENVOY_HTTP')).rejects.toThrow('ended with 7');
});

describe('without an API server', () => {
  it('Pods go on, are started again when they are killed, and are told of when it is back', async () => {
    await apply(
      pod('steady', { restartPolicy: 'Always', containers: [node(`${endable} ${serve('process.uptime()')}`)] }),
    );
    await ready('steady');
    const address = await kubectl('get', 'pod', 'steady', '-o', 'jsonpath={.status.podIP}');
    const id = await kubectl('get', 'pod', 'steady', '-o', 'jsonpath={.status.containerStatuses[0].containerID}');
    await stopPart(rig, 'kube-apiserver');
    await expect(kubectl('get', 'pods')).rejects.toThrow('refused');
    const before = Number(await curl(`http://${address}:8080/`));
    await inside(rig, ['kill', '-9', id.slice('rig://'.length)]);
    await eventually(async () => expect(Number(await curl(`http://${address}:8080/`))).toBeLessThan(before));
    await startPart(rig, 'kube-apiserver');
    const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}';
    await eventually(async () => expect(await kubectl('get', 'pod', 'steady', '-o', restarts)).toBe('1'), 20_000);
    await expect(startPart(rig, 'kube-apiserver')).rejects.toThrow('no part kube-apiserver was stopped');
  });
});

it('leaves no network, mount or process of a Pod behind when the Pod is deleted', async () => {
  const networks = () =>
    inside(rig, ['sh', '-c', 'ip -o link | grep -c pod; grep -c /pods/ /proc/self/mountinfo || true']);
  await kubectl('delete', 'deployment,job,pod', '--all', '--timeout=20s');
  await eventually(async () => expect(await kubectl('get', 'pods', '-o', 'name')).toBe(''), 10_000);
  // The node's own stays.
  await eventually(async () => expect(await networks()).toBe('1\n0\n'));
});
