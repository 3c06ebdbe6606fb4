import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { builtPlugin, cleanEnv, finished, golden } from './built-plugin.ts';
import { samples, withoutSample, world } from './conventions/samples.ts';
import { worldApi } from './conventions/world-api.ts';
import { fakeApi } from './fake-api.ts';

const plugin = builtPlugin();

/** A module that tells which files a program loads, one per line on standard error, and at the end what marks it has set. */
const spy = `
process.on('exit', () => writeSync(2, Object.getOwnPropertySymbols(globalThis).map((mark) => 'mark ' + String(mark) + '\\n').join('')));
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
registerHooks({ load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); } });
`;

/** The sources behind the files of the bundle that a run loads. */
async function sourcesLoaded(...args: readonly string[]): Promise<readonly string[]> {
  const { sources, code } = await loadedBy(...args);
  expect(code).toBe(0);
  return sources;
}

async function loadedBy(
  ...args: readonly string[]
): Promise<{ readonly sources: readonly string[]; readonly marks: readonly string[]; readonly code: number | null }> {
  const hook = join(temporaryDirectory(), 'spy.mjs');
  writeFileSync(hook, spy);
  const child = spawn(process.execPath, ['--import', hook, plugin.file, ...args], {
    env: cleanEnv({ HOME: '/nowhere' }),
  });
  const { stderr, code } = await finished(child);
  const outputs = Object.entries(plugin.metafile.outputs);
  const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded file:'));
  const sources = loaded.flatMap((line) => {
    const [, output] = outputs.find(([path]) => line.endsWith(path.slice(path.lastIndexOf('/dist')))) ?? [];
    return Object.keys(output?.inputs ?? {});
  });
  const marks = stderr.split('\n').filter((line) => line.startsWith('mark '));
  return { sources, marks, code };
}

const heavy = /grpc-js|node_modules\/(ink|react)\/|client-node|protobuf|^xds\/|^controller\//;

test('routes -f loads oclif and the compiler, and nothing that talks to Envoy or draws screens', async () => {
  const sources = await sourcesLoaded('routes', '-f', join(golden, 'shop.yaml'));
  expect(sources).toContain('routing/compile.ts');
  expect(sources.some((source) => source.includes('@oclif/core'))).toBe(true);
  expect(sources.filter((source) => heavy.test(source))).toEqual([]);
  // What judges a certificate, and the names of faults.
  const own = sources.filter((source) => source.startsWith('kubernetes/'));
  expect(own.toSorted()).toEqual(['kubernetes/errors.ts', 'kubernetes/in-cluster.ts', 'kubernetes/key-pair.ts']);
});

test('routes of a cluster load what reads kubeconfigs, and nothing that talks to Envoy or draws screens', async () => {
  const api = await fakeApi();
  onTestFinished(api.close);
  const sources = await sourcesLoaded('routes', '-A', '-s', api.url);
  expect(sources).toContain('kubernetes/kube-config.ts');
  expect(sources).not.toContain('kubernetes/web-socket.ts');
  const others = sources.filter((source) => heavy.test(source) && !source.includes('@kubernetes/client-node'));
  expect(others).toEqual([]);
});

test('one HTTP client is loaded to ask a cluster: no fetch of Node or of a package is there beside it', async () => {
  const api = await fakeApi();
  onTestFinished(api.close);
  const { marks } = await loadedBy('routes', '-A', '-s', api.url);
  expect(marks.length).toBeGreaterThan(0);
  // Each keeps its dispatcher under one.
  expect(marks.filter((mark) => mark.includes('undici'))).toEqual([]);
});

test.each([
  ['trace', 'shop.example.com/api/cart'],
  ['tree', 'shop.example.com'],
  ['status', 'cart'],
])('%s -f loads the compiler, and nothing that sends, follows Envoys or draws screens', async (...words) => {
  const sources = await sourcesLoaded(...words, '-f', join(golden, 'shop.yaml'));
  expect(sources).toContain('routing/compile.ts');
  const own = sources.filter((source) => heavy.test(source) || /^plugin\/load\/(envoys|send-request)/.test(source));
  expect(own).toEqual([]);
});

test('canary -f loads neither the compiler nor what talks to a cluster', async () => {
  const file = join(golden, '..', '..', '..', 'crds', 'examples', 'canary', 'proxy.yaml');
  const sources = await sourcesLoaded('canary', 'status', 'during', '-f', file);
  expect(sources).toContain('files/edit/find-objects.ts');
  expect(sources.filter((source) => heavy.test(source) || source === 'routing/compile.ts')).toEqual([]);
});

test('what needs no command loads neither oclif nor the compiler', async () => {
  for (const args of [[], ['--version'], ['version', '--client'], ['help'], ['routes', '--help']]) {
    const sources = await sourcesLoaded(...args);
    expect(sources).toContain('plugin/start.ts');
    expect(sources.filter((source) => /@oclif|routing\/compile|node_modules\/yaml|state-line/.test(source))).toEqual(
      [],
    );
  }
});

describe('every command of the catalogue', () => {
  test('is here', () => {
    expect(withoutSample).toEqual([]);
  });

  const ofFiles = samples.filter(({ of }) => of === 'files');
  test.each(ofFiles.map(({ spec, words }) => [spec.name, words] as const))('%s of files', async (_, words) => {
    const { sources, code } = await loadedBy(...words, '-f', world);
    expect(code).toBe(0);
    expect(sources).toContain('plugin/app.ts');
    expect(sources.filter((source) => heavy.test(source))).toEqual([]);
  });

  const ofClusters = samples.filter(({ of, spec }) => of === 'files' || of === 'cluster' || spec.name === 'version');
  test.each(ofClusters.map(({ spec, words }) => [spec.name, words] as const))(
    '%s of a cluster',
    async (name, words) => {
      const api = await worldApi();
      onTestFinished(api.close);
      const asked = words.filter((word) => word !== '--client');
      // What goes on would have no end of its own.
      const ending = name === 'canary watch' || name === 'canary run' ? ['--to=nobody'] : [];
      const { sources } = await loadedBy(...asked, ...ending, '-n', 'shop', '-s', api.url);
      expect(api.asked).not.toEqual([]);
      const others = sources.filter((source) => heavy.test(source) && !source.includes('@kubernetes/client-node'));
      expect(others).toEqual([]);
    },
  );

  const ofNobody = samples.filter(({ of, spec }) => of === 'nobody' && !spec.passThrough);
  test.each(ofNobody.map(({ spec, words }) => [spec.name, words] as const))('%s', async (_, words) => {
    const sources = await sourcesLoaded(...words);
    expect(sources.filter((source) => heavy.test(source) || /@oclif|routing\/compile/.test(source))).toEqual([]);
  });

  test.each(samples.filter(({ of }) => of === 'terminal').map(({ spec, words }) => [spec.name, words] as const))(
    '%s without a terminal',
    async (_, words) => {
      const { sources, code } = await loadedBy(...words, '-f', world);
      expect(code).toBe(1);
      expect(sources.filter((source) => heavy.test(source))).toEqual([]);
    },
  );
});
