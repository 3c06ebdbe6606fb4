import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Joinable } from './namespace.ts';
import { partsFolder } from './parts/parts.ts';
import { kubeconfigOutside, reach } from './reach.ts';
import { find } from './registry.ts';
import { type Rig, startRig } from './rig.ts';
import { finish, inside } from './run.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const mine = `test-${process.pid}`;

let rig: Rig;
const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));

beforeAll(async () => {
  rig = await startRig({ name: mine, env: process.env, say: () => {} });
  await kubectl('apply', '-f', crds);
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
});

afterAll(() => rig.stop());

describe('the API server', () => {
  it('is of the version that its client is of', async () => {
    const { clientVersion, serverVersion } = JSON.parse(await kubectl('version', '-o', 'json')) as {
      clientVersion: { gitVersion: string };
      serverVersion: { gitVersion: string; major: string; minor: string };
    };
    expect(serverVersion).toMatchObject({ gitVersion: clientVersion.gitVersion, major: '1', minor: '36' });
  });

  it('lets nobody do what no role grants', async () => {
    const [command, ...words] = [
      'kubectl',
      'auth',
      'can-i',
      'list',
      'secrets',
      '--as=system:serviceaccount:default:default',
    ];
    await expect(inside(rig, [command, ...words])).rejects.toThrow('ended with 1: no');
    await kubectl('create', 'clusterrolebinding', 'reader', '--clusterrole=admin', '--serviceaccount=default:default');
    await eventually(async () => expect(await inside(rig, [command, ...words])).toBe('yes\n'));
  });

  it('makes tokens that it takes', async () => {
    const token = (await kubectl('create', 'token', 'default')).trim();
    const server = (await kubectl('config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}')).trim();
    const anonymous = ['kubectl', '--kubeconfig=/dev/null', `--server=${server}`, '--insecure-skip-tls-verify'];
    const whoami = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'];
    const known = await inside(rig, [...anonymous, `--token=${token}`, ...whoami]);
    expect(known).toBe('system:serviceaccount:default:default');
    await expect(inside(rig, [...anonymous, '--token=stranger', ...whoami])).rejects.toThrow(/logged in|Unauthorized/);
  });
});

describe('our CRDs', () => {
  const proxy = {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      virtualhost: { fqdn: 'web.example.com', tls: { secretName: 'web-cert' } },
      routes: [{ services: [{ name: 'web', port: 80 }] }],
    },
  };

  it('are explained', async () => {
    // The schemas of new kinds are published a while after the kinds are.
    const routes = await eventually(() => kubectl('explain', 'httpproxy.spec.routes'));
    expect(routes).toMatch(/KIND: +HTTPProxy[^]*FIELD: routes <\[\]Object>[^]*conditions/);
    const delegations = () => kubectl('explain', 'tlscertificatedelegation.spec.delegations');
    expect(await eventually(delegations)).toContain('targetNamespaces');
  });

  it('have short names and columns', async () => {
    await apply(proxy);
    for (const name of ['httpproxy', 'httpproxies', 'proxy', 'proxies']) {
      const [head = '', row = ''] = (await kubectl('get', name)).split('\n');
      expect(head.split(/ {2,}/)).toEqual(['NAME', 'FQDN', 'TLS SECRET', 'STATUS', 'STATUS DESCRIPTION', 'PROGRAMMED']);
      expect(row.split(/ +/).slice(0, 3)).toEqual(['web', 'web.example.com', 'web-cert']);
    }
    expect(await kubectl('get', 'tlscerts')).toBe('');
  });

  it('refuse what is not of their form', async () => {
    await expect(apply({ ...proxy, spec: { virtualhost: { fqdn: 7 } } })).rejects.toThrow('spec.virtualhost.fqdn');
  });

  it('take the examples', async () => {
    const files = readdirSync(join(crds, 'examples'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml') && !file.endsWith('expect.yaml'))
      .map((file) => join(crds, 'examples', file));
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    const namespaces = new Set(
      texts.flatMap((text) => [...text.matchAll(/^ {2}namespace: (\S+)$/gm)].map(([, name]) => name)),
    );
    await apply(...[...namespaces].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    const applied = await kubectl('apply', ...files.flatMap((file) => ['-f', file]));
    expect(applied.match(/^httpproxy.*created$/gm)?.length).toBeGreaterThan(10);
  });
});

describe('a Pod', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  const curl = (url: string) => inside(rig, ['curl', '-sS', '--max-time', '20', url]);

  it('runs, and answers at its address on the ports that it declares, until it is deleted', async () => {
    await apply(pod, service);
    await kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=20s');
    const address = await kubectl('get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}');
    expect(address).toMatch(/^10\.244\./);
    const answer = await eventually(() => curl(`http://${address}:8080/hello`));
    expect(JSON.parse(answer)).toMatchObject({ namespace: 'default', pod: 'web', address, port: 8080, path: '/hello' });
    await expect(curl(`http://${address}:8081/`)).rejects.toThrow('ended with 7');

    const slices = [
      'get',
      'endpointslices',
      '-l',
      'kubernetes.io/service-name=web',
      '-o',
      'jsonpath={.items[*].endpoints[*].addresses}',
    ];
    await eventually(async () => expect(await kubectl(...slices)).toBe(`["${address}"]`));

    await kubectl('delete', 'pod', 'web', '--timeout=20s');
    await eventually(() => expect(curl(`http://${address}:8080/`)).rejects.toThrow('ended with 7'));
  });
});

describe('from outside', () => {
  it('the API server is reached with a kubeconfig of its own', async () => {
    const { text, close } = await kubeconfigOutside(rig);
    const folder = mkdtempSync(join(tmpdir(), 'contour-outside-'));
    try {
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, text, { mode: 0o600 });
      const words = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${folder}`, 'get', 'nodes', '-o', 'name'];
      const command = spawn(join(partsFolder(process.env), 'kubectl'), words, { stdio: 'pipe' });
      expect(await finish(command)).toEqual({ code: 0, stdout: 'node/rig\n', stderr: '' });
    } finally {
      close();
      rmSync(folder, { recursive: true });
    }
  });

  it('what is refused inside is broken off', async () => {
    const { port, close } = await reach(rig, '10.244.9.9', 80);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    close();
  });
});

function rigCommand(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...words], { stdio: 'pipe' });
}

/** What processes have as their namespace of networks. */
function networks(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readlinkSync(`/proc/${pid}/ns/net`)];
      } catch {
        return [];
      }
    });
}

interface Traces {
  readonly network: string;
  readonly folder: string;
}

function tracesOf({ pid, place }: Joinable): Traces {
  return { network: readlinkSync(`/proc/${pid}/ns/net`), folder: place.folder };
}

/** Where no process has the namespaces, the kernel has ended all that was in them, mounts too. */
function isGone({ network, folder }: Traces): void {
  expect(networks()).not.toContain(network);
  expect(readdirSync(folder)).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
}

describe('the command', () => {
  const name = `${mine}-command`;

  it('brings up a rig beside another one, runs commands in it, and ends it', async () => {
    try {
      const { code, stdout } = await finish(rigCommand('up', '--name', name));
      const [, kubeconfig = ''] = /^export KUBECONFIG=(.*)\n$/.exec(stdout) ?? [];
      expect(code).toBe(0);
      const outside = spawn(
        join(partsFolder(process.env), 'kubectl'),
        [`--kubeconfig=${kubeconfig}`, 'get', 'node', '-o', 'name'],
        {
          stdio: 'pipe',
          env: { ...process.env, KUBECACHEDIR: dirname(kubeconfig) },
        },
      );
      expect((await finish(outside)).stdout).toBe('node/rig\n');
      const again = await finish(rigCommand('up', '--name', name));
      expect(again).toEqual({ code: 1, stdout: '', stderr: `error: the rig ${name} is up already\n` });

      const other = (await find(name))!;
      const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'theirs' } });
      const created = await finish(rigCommand('exec', '--name', name, '--', 'kubectl', 'create', '-f', '-'), namespace);
      expect(created).toEqual({ code: 0, stdout: 'namespace/theirs created\n', stderr: '' });
      await expect(kubectl('get', 'namespace', 'theirs')).rejects.toThrow('not found');
      expect((await finish(rigCommand('exec', '--name', name, '--', 'sh', '-c', 'exit 7'))).code).toBe(7);
      expect((await finish(rigCommand('exec', '--name', name, '--', 'pwd'))).stdout).toBe(`${process.cwd()}\n`);

      const traces = tracesOf(other);
      expect(await finish(rigCommand('down', '--name', name))).toMatchObject({ stderr: `the rig ${name} is down\n` });
      isGone(traces);
    } finally {
      await finish(rigCommand('down', '--name', name));
    }
    expect(await finish(rigCommand('down', '--name', name))).toMatchObject({
      code: 0,
      stderr: `no rig ${name} is up\n`,
    });
  });

  const lone = `${mine}-lone`;

  it.each([
    ['its command has ended', (command: ChildProcess): unknown => command.stdin?.end()],
    ['its owner is killed', (command: ChildProcess): unknown => command.kill('SIGKILL')],
  ])('leaves nothing behind when %s', async (_when, end) => {
    const command = rigCommand('exec', '--name', lone, '--', 'sh', '-c', 'sleep 1000 & echo here; read -r _');
    await once(command.stdout as Readable, 'data');
    const traces = tracesOf((await find(lone))!);
    expect(networks()).toContain(traces.network);
    end(command);
    await once(command, 'exit');
    await eventually(() => isGone(traces));
    expect(await find(lone)).toBeNull();
  });
});

it('ends with a part of it, and says which', async () => {
  const fragile = await startRig({ name: `${mine}-fragile`, env: process.env, say: () => {} });
  const traces = tracesOf(fragile);
  await inside(fragile, ['sh', '-c', 'kill -9 $(pidof etcd)']).catch(() => {});
  expect(await fragile.ended).toContain('etcd ended (SIGKILL)');
  isGone(traces);
});

it('is ended by the kernel where unshare is killed', async () => {
  const fragile = await startRig({ name: `${mine}-fragile`, env: process.env, say: () => {} });
  const traces = tracesOf(fragile);
  process.kill(fragile.pid, 'SIGKILL');
  await fragile.ended;
  await eventually(() => isGone(traces));
});
