import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectionFlags } from '../../../plugin/command-line/connection-flags.ts';
import { type Ran, runHere } from './run-here.ts';
import { failureOf, formatsOf, ofFiles, samples, withoutSample, world } from './samples.ts';

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** Formats that need a value, with one that every report can answer. */
const withValue = new Map([
  ['jsonpath', 'jsonpath={.kind}'],
  ['custom-columns', 'custom-columns=KIND:.kind'],
]);
const fromFiles = ['-f', world];

/** Every flag that names a cluster and who asks it, with values that nobody may mind where no cluster is asked. */
const connection = connectionFlags
  .filter(({ name }) => name !== 'namespace')
  .map((flag) => {
    if (flag.type === 'boolean') return `--${flag.name}`;
    return `--${flag.name}=${{ 'request-timeout': '5s', v: '6', 'as-user-extra': 'a=b' }[flag.name as string] ?? 'some'}`;
  });

test('every command is called here', () => {
  expect(withoutSample).toEqual([]);
});

/** Changes say when they were made. */
const timeless = (ran: Ran): Ran => ({ ...ran, stderr: ran.stderr.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME') });

describe.each(ofFiles)('%s', (_name, { spec, words }) => {
  test('answers of files, asks nobody anything, and leaves them as they are', async () => {
    const before = readFileSync(world, 'utf8');
    const { code, stdout, stderr, questions } = await runHere([...words, ...fromFiles]);
    expect({ code, questions }, stderr).toEqual({ code: 0, questions: [] });
    expect(stdout + stderr).not.toMatch(CONTROL);
    expect(readFileSync(world, 'utf8')).toBe(before);
  });

  test('flags that name a cluster are taken before it and behind it, and mean nothing to files', async () => {
    const plain = timeless(await runHere([...words, ...fromFiles]));
    expect(timeless(await runHere([...connection, ...fromFiles, ...words]))).toEqual(plain);
    expect(timeless(await runHere([...words, ...fromFiles, ...connection]))).toEqual(plain);
  });

  test('every format that help names is printed without colour and with the same exit code', async () => {
    const formats = formatsOf(spec);
    expect(formats).not.toEqual([]);
    for (const format of formats.filter((each) => !each.endsWith('-file'))) {
      const output = `-o${withValue.get(format) ?? format}`;
      const { code, stdout, stderr } = await runHere([...words, ...fromFiles, output, '--color=always'], {
        stdoutIsTerminal: !format.startsWith('json'),
      });
      expect(code, `${format}: ${stderr}`).toBe(0);
      expect(stdout + stderr, format).not.toBe('');
      if (format === 'json') expect(JSON.parse(stdout)).toMatchObject({ kind: expect.any(String) as string });
      if (format !== 'table' && format !== 'wide' && format !== 'text') expect(stdout, format).not.toMatch(CONTROL);
    }
  });

  test('files that are not there are one sentence, and the exit code does not depend on -o', async () => {
    // What is printed as a curl command needs no answer.
    for (const format of formatsOf(spec).filter((each) => !each.endsWith('-file') && each !== 'curl')) {
      const output = `-o${withValue.get(format) ?? format}`;
      const { code, stdout, stderr } = await runHere([...words, '-f', '/nowhere/x.yaml', output]);
      expect({ code, stdout }, format).toEqual({ code: failureOf(spec), stdout: '' });
      expect(stderr, format).toMatch(/^error: [^\n]*\/nowhere\/x\.yaml[^\n]*\n$/);
    }
  });

  test('-f - is standard input, which is nothing else', async () => {
    const stdin = readFileSync(world, 'utf8');
    const { code, stderr } = await runHere([...words, '-f', '-'], { stdin });
    expect({ code }, stderr).toEqual({ code: 0 });
  });
});

const read = samples.filter(({ spec }) => !spec.passThrough).map((sample) => [sample.spec.name, sample] as const);
const usageOf = (name: string): string => `See 'kubectl contour ${name} --help' for usage.\n`;

test.each(read.filter(([, { spec }]) => spec.flags.some((flag) => flag.name === 'output')))(
  '%s refuses a format that its help does not name',
  async (name, { spec, words }) => {
    const { code, stdout, stderr } = await runHere([...words, '-o', 'nonsense']);
    expect({ code, stdout }).toEqual({ code: failureOf(spec), stdout: '' });
    const reason = 'unable to match a printer suitable for the output format "nonsense"';
    const allowed = formatsOf(spec).toSorted().join(',');
    expect(stderr).toBe(`error: ${reason}, allowed formats are: ${allowed}\n${usageOf(name)}`);
  },
);

describe.each(read)('%s', (name, { spec, words }) => {
  const usage = usageOf(name);

  test('a flag it does not have', async () => {
    expect(await runHere([...words, '--no-such-flag'])).toEqual({
      code: failureOf(spec),
      stdout: '',
      stderr: `error: unknown flag: --no-such-flag\n${usage}`,
      questions: [],
    });
  });

  test('the same as JSON', async () => {
    const { code, stdout, stderr } = await runHere(['--error-format=json', ...words, '-Z']);
    expect({ code, stdout }).toEqual({ code: failureOf(spec), stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'BadRequest', code: 400 });
  });

  test('an argument too many', async () => {
    const { code, stdout, stderr } = await runHere([...words, 'one', 'two', 'three']);
    if (spec.arguments.some((argument) => 'several' in argument) || name === 'help') return;
    expect({ code, stdout }).toEqual({ code: failureOf(spec), stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n/);
    expect(stderr).toContain(usage);
  });
});
