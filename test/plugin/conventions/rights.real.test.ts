import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigOutside } from '../../rig/reach.ts';
import { type Rig, startRig } from '../../rig/rig.ts';
import { inside } from '../../rig/run.ts';
import { eventually } from '../../support/eventually.ts';
import { runHere } from './run-here.ts';
import { failureOf, samples, world } from './samples.ts';

const crds = fileURLToPath(new URL('../../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-rights-'));
const admin = join(folder, 'admin');
let rig: Rig;
let outside: { readonly text: string; close(): void };

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const run = (words: readonly string[], ...flags: readonly string[]) =>
  runHere([...words, ...flags], { env: { KUBECONFIG: admin } });

/** Commands that only read and say something of any cluster, in a namespace that has something to say. */
const reading = samples
  .filter(
    ({ of, spec, words }) =>
      of === 'files' && !words.some((word) => word.startsWith('--dry-run')) && spec.name !== 'dev',
  )
  .map(({ spec, words }) => [spec.name, spec, [...words, '-n', 'shop']] as const);

beforeAll(async () => {
  rig = await startRig({ name: `rights-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await kubectl('apply', '-f', crds);
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
  for (const namespace of ['shop', 'cart', 'www']) await kubectl('create', 'namespace', namespace);
  await inside(rig, ['kubectl', 'create', '-f', '-'], readFileSync(world, 'utf8'));
  await kubectl('create', 'clusterrolebinding', 'viewer', '--clusterrole=view', '--user=viewer');
  await kubectl('create', 'rolebinding', 'editor', '-n', 'shop', '--clusterrole=edit', '--user=editor');
  const resources = 'httpproxies.projectcontour.io,tlscertificatedelegations.projectcontour.io';
  await kubectl('create', 'clusterrole', 'see', '--verb=get,list,watch', `--resource=${resources}`);
  await kubectl('create', 'clusterrole', 'change', '--verb=*', `--resource=${resources}`);
  await kubectl('create', 'clusterrolebinding', 'viewer-too', '--clusterrole=see', '--user=viewer');
  await kubectl('create', 'rolebinding', 'editor-too', '-n', 'shop', '--clusterrole=change', '--user=editor');
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

describe.each(reading)('%s', (name, spec, words) => {
  it('answers an administrator, and who may read everything but Secrets', async () => {
    expect(await run(words), 'administrator').toMatchObject({ code: 0 });
    await eventually(async () => expect(await run(words, '--as=viewer'), 'viewer').toMatchObject({ code: 0 }));
  });

  it('tells an editor of one namespace what that namespace tells', async () => {
    const { code, stdout, stderr } = await run(words, '--as=editor');
    // What is included from elsewhere cannot be judged: a question about it stays open, and what is missing is named.
    if (spec.isQuestion === true) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^The right to list httpproxies\.projectcontour\.io in all namespaces is missing\./m);
      return;
    }
    expect(code, stderr).toBe(0);
    expect(stdout).not.toBe('');
  });

  it('tells who may read nothing which right is missing, and the Role that it prints is enough in the end', async () => {
    const user = `nobody-${name.replaceAll(' ', '-')}`;
    const first = await run(words, `--as=${user}`);
    expect({ code: first.code, stdout: first.stdout }, first.stderr).toEqual({ code: failureOf(spec), stdout: '' });
    expect(first.stderr).toMatch(/forbidden|not known/i);
    let { code, stderr } = first;
    for (let given = 0; code !== 0 && given < 8; given += 1) {
      const [, kind, role] =
        /^The right to .* is missing\. This (Role|ClusterRole), bound to you, would grant it:\n((?: .*\n)+)/m.exec(
          stderr,
        ) ?? [];
      expect(role, stderr).toBeDefined();
      await inside(rig, ['kubectl', 'apply', '-f', '-'], role ?? '');
      const [, called = ''] = /name: (\S+)/.exec(role ?? '') ?? [];
      const binding =
        kind === 'Role'
          ? ['rolebinding', '-n', 'shop', `--role=${called}`]
          : ['clusterrolebinding', `--clusterrole=${called}`];
      const [what = '', ...how] = binding;
      await kubectl('create', what, `${user}-${given}`, ...how, `--user=${user}`);
      const before = stderr;
      await eventually(async () => {
        ({ code, stderr } = await run(words, `--as=${user}`));
        expect(stderr).not.toBe(before);
      });
    }
    expect(code, stderr).toBe(0);
  });
});

it('version and options need no right at all', async () => {
  const version = await run(['version'], '--as=nobody');
  expect(version.code).toBe(0);
  expect(version.stdout).toMatch(/^Client Version: /);
  expect(version.stderr).toMatch(/^Warning: [^\n]* Pods may not be listed[^\n]*\n$/);
  expect(await run(['options'], '--as=nobody')).toMatchObject({ code: 0, stderr: '' });
});

it.each(['admin', 'viewer', 'editor', 'nobody'])(
  'sync without a controller is a failure for %s, in a sentence',
  async (user) => {
    const flags = user === 'admin' ? [] : [`--as=${user}`];
    const { code, stdout, stderr } = await run(['sync'], ...flags);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n/);
    const isTold = /^The right to list pods in all namespaces is missing\. This ClusterRole/m.test(stderr);
    expect(isTold, stderr).toBe(user === 'editor' || user === 'nobody');
    expect((await run(['sync', '--exit-code'], ...flags)).code).toBe(2);
  },
);
