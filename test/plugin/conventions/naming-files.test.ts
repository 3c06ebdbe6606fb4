import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../../plugin/command-line/catalogue.ts';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { type Ran, runHere } from './run-here.ts';
import { failureOf, ofFiles, world } from './samples.ts';
import { worldApi } from './world-api.ts';

/** Runs say when they made what they print. */
const timeless = (ran: Ran): Ran => ({ ...ran, stderr: ran.stderr.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME') });
const writes = ([, { spec }]: (typeof ofFiles)[number]): boolean => spec.flags.some(({ name }) => name === 'dry-run');
const reading = ofFiles.filter((each) => !writes(each));
const writing = ofFiles.filter(writes);
/** The commands that list objects of a cluster, and say how many at a time. */
const listing = ['routes', 'tree', 'status', 'trace', 'delegate list', 'delegate check'];

/** A kubectl that tells its arguments, prints what it is told and ends as it is told. */
function fakeKubectl(body: string): string {
  const file = join(temporaryDirectory(), 'kubectl');
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}
const cat = `[ "$*" = 'kustomize -- over lay' ] && cat '${world}'`;

test('there are commands of both sorts', () => {
  expect([reading.length, writing.length].every((count) => count > 5)).toBe(true);
});

test('what lists objects has --chunk-size, and a screen too', () => {
  const having = catalogue.filter(({ flags }) => flags.some(({ name }) => name === 'chunk-size'));
  expect(having.map(({ name }) => name).sort()).toEqual([...listing, 'browse'].sort());
});

describe.each(reading)('%s', (name, { spec, words }) => {
  const code = failureOf(spec);
  const usage = `See 'kubectl contour ${name} --help' for usage.\n`;

  test('-k is what kubectl makes of it, as -f - would be', async () => {
    const expected = await runHere([...words, '-f', '-'], { stdin: readFileSync(world, 'utf8') });
    for (const env of [{ KUBECTL_PATH: fakeKubectl(cat) }, { PATH: `${join(fakeKubectl(cat), '..')}:/usr/bin:/bin` }])
      expect(timeless(await runHere([...words, '-k', 'over lay'], { env }))).toEqual(timeless(expected));
  });

  test.each([
    [
      'a kubectl that is nowhere',
      () => '/nowhere/kubectl',
      /^error: -k asks \/nowhere\/kubectl, which cannot be run \(ENOENT\): put/,
    ],
    [
      'an error of kustomize',
      () => fakeKubectl(`printf "error: no\\033[2J such\\n folder\\n" >&2; exit 3`),
      /^error: kubectl kustomize over lay: no\^\[\[2J such folder\n$/,
    ],
    ['no word of why', () => fakeKubectl('exit 4'), /^error: kubectl kustomize over lay: it ended with 4\n$/],
  ])('-k and %s are one line', async (_, kubectl, said) => {
    const ran = await runHere([...words, '-k', 'over lay', '-ojson'], { env: { KUBECTL_PATH: kubectl() } });
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(said);
  });

  test('-k and -f are two sources', async () => {
    const ran = await runHere([...words, '-k', 'x', '-f', world]);
    expect(ran).toMatchObject({
      code,
      stdout: '',
      stderr: `error: only one of '-f' or '-k' can be specified\n${usage}`,
    });
  });

  test('a kustomization is not followed', async () => {
    const following = ['--watch', '--watch-only', '--wait'].filter((flag) =>
      spec.flags.some(({ name: known }) => flag === `--${known}`),
    );
    for (const flag of following)
      expect((await runHere([...words, '-k', 'x', flag])).stderr).toMatch(
        new RegExp(
          `^error: a kustomization is read once and cannot be followed, as ${flag} does: [^\n]+\nSee [^\n]+\n$`,
        ),
      );
  });
});

test.each(reading.filter(([name]) => listing.includes(name)))(
  '%s --chunk-size says how much to list',
  async (name, { words }) => {
    for (const [flags, limit] of [
      [[], '500'],
      [['--chunk-size=7'], '7'],
      [['--chunk-size=0'], null],
    ] as const) {
      const api = await worldApi();
      onTestFinished(api.close);
      expect((await runHere([...words, ...flags, '-s', api.url])).code).toBe(0);
      const lists = api.asked.filter(({ path }) => path.endsWith('/httpproxies'));
      expect(lists.map(({ query }) => query.get('limit'))).toEqual(lists.map(() => limit));
      expect(lists).not.toEqual([]);
    }
    const { stderr } = await runHere([...words, '--chunk-size=x', '-s', 'http://127.0.0.1:1']);
    expect(stderr).toBe(
      `error: --chunk-size takes a number, not "x"\nSee 'kubectl contour ${name} --help' for usage.\n`,
    );
  },
);

test.each(writing)('%s writes no kustomization', async (name, { spec, words }) => {
  const ran = await runHere([...words, '-k', 'x'], { env: { KUBECTL_PATH: fakeKubectl('echo asked >&2; exit 1') } });
  expect(ran).toMatchObject({ code: failureOf(spec), stdout: '' });
  expect(ran.stderr).toBe(
    'error: -k is read and never written: give the files of the kustomization that are to change with -f\n' +
      `See 'kubectl contour ${name} --help' for usage.\n`,
  );
});

test.each(ofFiles)('%s reads a list of files, folders within folders, and no URL', async (_, { spec, words }) => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'in', 'side'), { recursive: true });
  writeFileSync(join(folder, 'in', 'side', 'world.yaml'), readFileSync(world));
  writeFileSync(join(folder, 'empty.yaml'), '');
  const { stdout } = await runHere([...words, '-f', world, '-ojson']);
  const items = (text: string): unknown => (JSON.parse(text) as { readonly kind: unknown }).kind;
  const named = [
    ['-f', folder],
    ['-Rf', folder],
    ['-f', folder, '--recursive'],
    ['-f', `${join(folder, 'empty.yaml')},${join(folder, 'in')}`],
  ];
  for (const words2 of named) {
    const ran = await runHere([...words, ...words2, '-ojson']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(items(ran.stdout)).toBe(items(stdout));
  }
  for (const url of ['https://example.com/x.yaml', 'HTTP://example.com/']) {
    const ran = await runHere([...words, '-f', world, '-f', url]);
    expect(ran).toMatchObject({ code: failureOf(spec), stdout: '' });
    expect(ran.stderr).toMatch(/^error: -f reads no URL: [^\n]+\nSee [^\n]+\n$/);
  }
});

test('status --ignore-not-found says nothing of what is not there', async () => {
  const from = ['-f', world, '--ignore-not-found'];
  expect(await runHere(['status', 'nobody', ...from])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const both = await runHere(['status', 'nobody', 'web', ...from, '-oname']);
  expect(both).toMatchObject({ code: 0, stdout: 'httpproxy.projectcontour.io/web\n', stderr: '' });
  expect(await runHere(['status', 'nobody', '-f', world])).toMatchObject({ code: 1 });
});

test('screens keep up, and a kustomization does not', async () => {
  for (const [words, given] of [
    [['browse'], 'browse'],
    [['routes', '-i'], '--interactive'],
  ] as const) {
    const ran = await runHere([...words, '-k', 'x'], { stdinIsTerminal: true, stdoutIsTerminal: true });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^error: a kustomization is read once and cannot be followed, as [^\n]+\nSee [^\n]+\n$/);
    expect(ran.stderr).toContain(`as ${given} does`);
  }
});
