import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { insideEnvironment, joined } from './namespace.ts';
import { killContainer } from './part.ts';
import { finish } from './run.ts';
import { data, endable, metadata, node, openShop, pod, serve, service, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(`pods-${process.pid}`);
});
afterAll(() => shop.rig.stop());

const kubectl: Shop['kubectl'] = (...words) => shop.kubectl(...words);
const apply: Shop['apply'] = (...objects) => shop.apply(...objects);
const curl: Shop['curl'] = (url) => shop.curl(url);
const ready: Shop['ready'] = (name) => shop.ready(name);
const phase = (name: string) => kubectl('get', 'pod', name, '-o', 'jsonpath={.status.phase}');
const ended = (name: string) =>
  kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', `pod/${name}`, '--timeout=20s');

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

  it('has sidecars, which have started before the others do and end after them', async () => {
    const sidecar = {
      ...node(`${endable} setTimeout(() => { ${serve(`'beside'`, 9090, '127.0.0.1')} }, 300)`),
      name: 'sidecar',
      restartPolicy: 'Always',
      startupProbe: {
        exec: { command: ['node', '-e', `fetch('http://127.0.0.1:9090').catch(() => process.exit(1))`] },
      },
    };
    const ask = node(`fetch('http://127.0.0.1:9090').then((answer) => answer.text()).then(console.log)`);
    await apply(pod('escorted', { initContainers: [sidecar], containers: [ask] }));
    await ended('escorted');
    expect(await kubectl('logs', 'escorted', '-c', 'main')).toBe('beside\n');
    const exit = 'jsonpath={.status.initContainerStatuses[0].state.terminated.exitCode}';
    await eventually(async () => expect(await kubectl('get', 'pod', 'escorted', '-o', exit)).toBe('0'));
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
    await killContainer(shop.rig, { namespace: 'shop', pod: 'killed', container: 'main' });
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
    await eventually(async () => expect(await kubectl('get', 'pod', 'ill', '-o', restarts)).toBe('1'));
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
    const [program2 = '', ...words] = joined(shop.rig, ['kubectl', '-n', 'shop', 'logs', '-f', 'polite']);
    const followed = finish(spawn(program2, words, { stdio: 'pipe', env: insideEnvironment(shop.rig) }));
    await kubectl('delete', 'pod', 'polite', 'deaf', '--timeout=15s');
    expect((await followed).stdout).toBe('begun\nhooked\nasked\n');
  });
});
