import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CanaryWatchEvent } from '../../plugin/services/canary-watch/report.ts';
import { bundleInto } from '../../scripts/bundle.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { startPart, stopPart } from '../rig/part.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { finished } from './built-plugin.ts';
import { runPlugin, startPlugin } from './from-sources.ts';
import { openTerminal, type TerminalOptions } from './screens/terminal.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-canary-watch-'));
const admin = join(folder, 'admin');
const env = { KUBECONFIG: admin, USER: 'kim', HOME: '/nowhere' };
let rig: Rig;
let outside: { readonly text: string; close(): void };

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
const canary = (...args: readonly string[]) => runPlugin(['canary', '-n', 'shop', ...args], env);
/** The plugin as it is shipped. */
const watch = (args: readonly string[] = [], options: TerminalOptions = {}) =>
  openTerminal([process.execPath, join(folder, 'dist', 'kubectl-contour.js'), 'canary', ...args, '-n', 'shop'], {
    ...options,
    env: { ...env, ...options.env },
  });

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  spec: { ports: [{ port: 80 }] },
});
const slice = (name: string) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
  ports: [{ port: 8080 }],
});
const proxy = (name: string, weights: readonly [number, number]) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name },
  spec: {
    virtualhost: { fqdn: `${name}.example.com` },
    routes: [{ services: ['v1', 'v2'].map((each, index) => ({ name: each, port: 80, weight: weights[index] })) }],
  },
});

async function weights(name = 'web'): Promise<string> {
  return kubectl('get', 'httpproxy', name, '-o', 'jsonpath={.spec.routes[0].services[*].weight}');
}

beforeAll(async () => {
  // As in the package, whose manifest makes its files modules.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  await bundleInto(join(folder, 'dist'));
  rig = await startRig({ name: `canary-watch-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await inside(rig, ['kubectl', 'apply', '-f', crds]);
  await inside(rig, ['kubectl', 'wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s']);
  await inside(rig, ['kubectl', 'create', 'namespace', 'shop']);
  for (const name of ['v1', 'v2']) await apply(service(name), slice(name));
  await inside(rig, [
    'kubectl',
    'create',
    'clusterrole',
    'look',
    '--verb=get,list,watch',
    '--resource=httpproxies.projectcontour.io,ingresses.networking.k8s.io,services,endpointslices.discovery.k8s.io,pods',
  ]);
  await inside(rig, ['kubectl', 'create', 'clusterrolebinding', 'look', '--clusterrole=look', '--user=viewer']);
});

beforeEach(async () => {
  await kubectl('delete', 'httpproxies', '--all');
  await apply(proxy('web', [100, 0]));
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

describe('on a terminal', () => {
  it('arrows stage, enter applies, a puts back, q leaves and says what stays', async () => {
    const terminal = await watch(['watch', 'web']);
    await terminal.sees(/canary +v2:80.* 0%/);
    await terminal.presses('Right');
    await terminal.sees('0% -> 10%');
    expect(await weights()).toBe('100 0');
    await terminal.presses('Enter');
    await terminal.sees(/canary +v2:80.* 10% /);
    await terminal.sees('written');
    expect(await weights()).toBe('90 10');
    await terminal.types('p');
    await terminal.sees('promote v2 to 100%?');
    await terminal.presses('Enter');
    await terminal.seesNo('promote v2 to 100%?');
    expect(await weights()).toBe('90 10');
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
    expect(terminal.takesLines()).toBe(true);
    expect((await terminal.screen()).trimEnd()).toBe(
      'before\nv2 stays at 10%. Abort: kubectl contour canary -n shop abort web',
    );
    await canary('abort', 'web');
    expect(await weights()).toBe('100 0');
  });

  it('what somebody else does is seen, and an abort goes back', async () => {
    const terminal = await watch(['watch', 'web']);
    await terminal.sees(/canary +v2:80.* 0%/);
    await canary('web', '--weight', '30');
    await terminal.sees(/canary +v2:80.* 30%/);
    await terminal.sees('0% -> 30%');
    await terminal.types('a');
    await terminal.sees('abort: back to what was there before?');
    await terminal.presses('Enter');
    await terminal.sees('no canary under way');
    expect(await weights()).toBe('100 0');
  });

  it('the API server dies: the banner counts, the keys are dead, and it all comes back', async () => {
    await canary('web', '--weight', '20');
    const terminal = await watch(['watch', 'web']);
    await terminal.sees(/canary +v2:80.* 20%/);
    await terminal.presses('Right');
    await terminal.sees('20% -> 30%');
    await stopPart(rig, 'kube-apiserver');
    try {
      await terminal.sees(/stale \d+s, reconnecting/, 20_000);
      await terminal.sees(/stale [3-9]s, reconnecting/, 20_000);
      // Nothing is staged any more, and nothing can be.
      await terminal.seesNo('-> 30%');
      await terminal.types('p');
      await terminal.sees('keys wait until the API server is back');
      await terminal.types('y');
      await terminal.presses('Right', 'Enter', 'Enter');
      expect(await terminal.screen()).not.toMatch(/promote v2|-> 30%|moving v2/);
    } finally {
      await startPart(rig, 'kube-apiserver');
    }
    await terminal.seesNo('stale', 30_000);
    expect(await weights()).toBe('80 20');
    await terminal.presses('Right', 'Enter');
    await terminal.sees(/canary +v2:80.* 30% /, 20_000);
    expect(await weights()).toBe('70 30');
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  it('without the right to patch there are no keys that would', async () => {
    await canary('web', '--weight', '20');
    const terminal = await watch(['watch', 'web', '--as=viewer']);
    await terminal.sees('read-only: you may not patch');
    await terminal.presses('Right', 'Enter');
    await terminal.types('ay');
    expect(await terminal.screen()).not.toContain('promote');
    expect(await weights()).toBe('80 20');
    const asked = await watch(['watch', 'web', '--read-only']);
    await asked.sees('read-only: --read-only was given');
  });

  it('in a protected context the name is typed', async () => {
    const terminal = await watch(['watch', 'web'], { env: { KUBECTL_CONTOUR_PROTECT: 'prod-*,ri*' } });
    await terminal.sees('protected');
    await terminal.presses('Right', 'Enter');
    await terminal.sees('type web to do it');
    await terminal.types('y');
    await terminal.presses('Enter');
    await terminal.sees('that is not web: nothing was done');
    expect(await weights()).toBe('100 0');
    await terminal.presses('Enter');
    await terminal.types('web');
    await terminal.presses('Enter');
    await terminal.sees('written');
    expect(await weights()).toBe('90 10');
  });

  it('canary alone lets one be picked, and --watch goes on from a change', async () => {
    await apply(proxy('api', [90, 10]));
    const picking = await watch();
    await picking.sees('canary: which one?');
    await picking.types('api');
    await picking.seesNo('web.example.com');
    await picking.presses('Enter');
    await picking.sees('proxy shop/api');
    await picking.types('q');
    expect(await picking.code()).toBe(0);
    const changed = await watch(['web', '--weight', '5', '--watch']);
    await changed.sees(/canary +v2:80.* 5%/);
    await changed.types('q');
    expect(await changed.code()).toBe(0);
    expect(await changed.screen()).toContain('httpproxy.projectcontour.io/web patched');
  });

  it('20 columns show what it is about', async () => {
    const terminal = await watch(['watch', 'web'], { columns: 20, rows: 10 });
    await terminal.sees('0% v2');
    await terminal.presses('Right');
    await terminal.sees('0%->10% v2');
    await terminal.resize(5, 3);
    await terminal.resize(100, 30);
    await terminal.sees('0% -> 10%');
  });

  it('Ctrl-C leaves with 130 and the terminal as it was', async () => {
    const terminal = await watch(['watch', 'web']);
    await terminal.sees(/canary +v2:80/);
    await terminal.presses('C-c');
    expect(await terminal.code()).toBe(130);
    expect([await terminal.isAlternate(), await terminal.hasCursor(), terminal.takesLines()]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('canary run --watch', () => {
  const course = ['run', 'web', '--to', 'v2', '--steps', '10,50', '--interval', '3s', '--watch'] as const;
  /** The first step is written before there is a screen. */
  const firstMs = 30_000;

  it('on a terminal: each step is seen, the screen goes with the last, and what was done stays', async () => {
    const terminal = await watch(course);
    await terminal.sees(/canary +v2:80.* 10% /, firstMs);
    await terminal.sees(/driven by \S+ every 3s/);
    expect(await terminal.code()).toBe(0);
    expect(terminal.takesLines()).toBe(true);
    expect(await terminal.screen()).toMatch(/ web {2}step {2}.*v2:80 0% -> 10%[^]* web {2}step {2}.*v2:80 10% -> 50%/);
    expect(await weights()).toBe('50 50');
  });

  it('who changes something drives from then on', async () => {
    const terminal = await watch([...course.slice(0, -2), '60s', '--watch']);
    await terminal.sees(/driven by/, firstMs);
    await terminal.presses('Up', 'Enter');
    await terminal.sees(/canary +v2:80.* 11% /);
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
    expect(await terminal.screen()).toContain('v2 stays at 11%. Abort: kubectl contour canary');
    expect(await weights()).toBe('89 11');
  });

  it('Ctrl-C asks; abort puts back what was there', async () => {
    const terminal = await watch([...course.slice(0, -2), '60s', '--watch']);
    await terminal.sees(/driven by/, firstMs);
    await terminal.presses('C-c');
    await terminal.sees('stop driving');
    await terminal.types('a');
    expect(await terminal.code()).toBe(130);
    expect(await weights()).toBe('100 0');
  });

  it('elsewhere it is the lines of canary watch', async () => {
    const { code, stdout, stderr } = await canary(...course);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^[0-9:]{8} /, ''))).toEqual(['v2 10% envoys ?', 'v2 10%->50% envoys ?']);
  });
});

describe('without a terminal', () => {
  const schema = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')) as object;

  async function logged(args: readonly string[], ...commands: readonly (readonly string[])[]) {
    const child = startPlugin(['canary', 'watch', 'web', '-n', 'shop', ...args], env);
    const end = finished(child);
    await once(child.stdout ?? child, 'data');
    for (const command of commands) await canary(...command);
    const { code, stdout, stderr } = await end;
    return { code, stderr, lines: stdout.trimEnd().split('\n') };
  }

  it('a line for each change, and 0 at 100 %', async () => {
    const { code, stderr, lines } = await logged([], ['web', '--weight', '50'], ['promote', 'web']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.map((line) => line.replace(/^[0-9:]{8} /, ''))).toEqual([
      'v2 0% envoys ?',
      'v2 0%->50% envoys ?',
      'v2 50%->100% envoys ?',
    ]);
  });

  it('1 where it was aborted', async () => {
    const { code, stderr, lines } = await logged([], ['web', '--weight', '50'], ['abort', 'web']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: aborted: the canary of web has 0%\n' });
    expect(lines).toHaveLength(3);
  });

  it('a document a line with -o json', async () => {
    const { code, lines } = await logged(['-o', 'json', '-w'], ['web', '--weight', '50'], ['promote', 'web']);
    expect(code).toBe(0);
    const ajv = new Ajv2020({ allowUnionTypes: true });
    ajv.addSchema(schema('canary-list'));
    const validate = ajv.compile(schema('canary-watch-event'));
    const events = lines.map((line) => JSON.parse(line) as CanaryWatchEvent);
    for (const event of events) expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
    expect(events.map(({ type, object }) => [type, object.percent])).toEqual([
      ['ADDED', 0],
      ['MODIFIED', 50],
      ['MODIFIED', 100],
    ]);
  });

  it('a proxy that is not there, or has no canary, is said at once', async () => {
    const missing = await canary('watch', 'wep');
    expect([missing.code, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toMatch(/"wep" not found\nDid you mean web\?/);
    await apply(proxy('even', [50, 50]));
    const unknown = await canary('watch', 'even');
    expect([unknown.code, unknown.stderr.split('\n')[0]]).toEqual([
      1,
      'error: which service of route prefix / is the canary?',
    ]);
  });
});
