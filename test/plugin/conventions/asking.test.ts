import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { runHere } from './run-here.ts';
import { ofFiles, samples, world } from './samples.ts';
import { worldApi } from './world-api.ts';

const writing = ofFiles.filter(([, { words }]) => words.includes('--dry-run=client'));
const terminal = { stdinIsTerminal: true, stdoutIsTerminal: true };

/** Each command that asks before it writes, as somebody calls it who expects to be asked. */
const confirming = writing
  .filter(([, { spec }]) => spec.flags.some(({ name }) => name === 'yes'))
  .map(([name, { words }]) => [name, words.filter((word) => word !== '--yes' && word !== '--dry-run=client')] as const);

test('some commands ask', () => {
  expect(confirming.length).toBeGreaterThan(2);
});

describe.each(confirming)('%s', (name, words) => {
  const copy = (): string => {
    const file = join(temporaryDirectory(), 'world.yaml');
    copyFileSync(world, file);
    return file;
  };

  test.each([
    ['nobody at standard input', { stdoutIsTerminal: true }],
    ['nobody at standard output', { stdinIsTerminal: true }],
    ['nobody at either', {}],
    ['a build that has a terminal', { ...terminal, env: { CI: 'true' } }],
  ])('with %s it asks nothing, and says what to give', async (_, around) => {
    const api = await worldApi();
    onTestFinished(api.close);
    const { code, stderr, questions } = await runHere([...words, '-s', api.url, '--wait=false'], around);
    expect({ code, questions }, stderr).toEqual({ code: 1, questions: [] });
    expect(stderr).toMatch(/--yes/);
    expect(api.asked.filter(({ method, path }) => method !== 'GET' && !path.includes('review'))).toEqual([]);
  });

  test('at a terminal it asks, and nothing is a no', async () => {
    const api = await worldApi();
    onTestFinished(api.close);
    const { code, questions } = await runHere([...words, '-s', api.url, '--wait=false'], terminal);
    expect(questions).toHaveLength(1);
    expect(code).toBe(1);
    expect(api.asked.filter(({ method, path }) => method !== 'GET' && !path.includes('review'))).toEqual([]);
  });

  test('with --yes it writes', async () => {
    const file = copy();
    const { code, questions, stderr } = await runHere([...words, '--yes', '-f', file]);
    expect({ code, questions }, stderr).toEqual({ code: 0, questions: [] });
    expect(readFileSync(file, 'utf8'), name).not.toBe(readFileSync(world, 'utf8'));
  });
});

test.each(writing)('%s with --dry-run alone warns and does not take the next word', async (_, { words }) => {
  const bare = words.map((word) => (word === '--dry-run=client' ? '--dry-run' : word));
  const { code, stderr } = await runHere([...bare, '-f', world]);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^Warning: --dry-run is deprecated and can be replaced with --dry-run=client\.$/m);
});

test.each([
  ['true', 'client'],
  ['false', 'none'],
])('--dry-run=%s is taken, with a word on what to write', async (value, instead) => {
  const words = ['canary', 'web', '--to=web-v2', '--weight=20', '-f', world, '-oyaml', `--dry-run=${value}`];
  expect(await runHere(words)).toMatchObject({
    code: 0,
    stderr: `Warning: --dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=${instead}.\n`,
  });
});

test.each(writing)('%s with --dry-run=server never writes', async (_, { spec, words }) => {
  const api = await worldApi();
  onTestFinished(api.close);
  const place = spec.name.startsWith('canary') ? ['-n', 'shop'] : [];
  const asked = words.map((word) => (word === '--dry-run=client' ? '--dry-run=server' : word));
  const { code, stderr } = await runHere([...asked, ...place, '-s', api.url]);
  expect(code, stderr).toBe(0);
  const writes = api.asked.filter(({ method, path }) => method !== 'GET' && !path.includes('review'));
  expect(writes.length).toBeGreaterThan(0);
  for (const { query } of writes) {
    expect(query.get('dryRun')).toBe('All');
    expect(query.get('fieldManager')).toBe('kubectl-contour');
  }
});

test('nothing else asks', async () => {
  for (const { spec, words, of } of samples.filter(
    (sample) => sample.of === 'files' && !confirming.some(([name]) => name === sample.spec.name),
  )) {
    const { questions } = await runHere([...words, '-f', world, '-o', 'json'], terminal);
    expect(questions, `${spec.name} of ${of}`).toEqual([]);
  }
});
