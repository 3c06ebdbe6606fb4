import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FakeApi, fakeApi, sendStatus } from '../fake-api.ts';
import { runHere } from './run-here.ts';
import { failureOf, samples } from './samples.ts';
import { worldApi } from './world-api.ts';

/** Of every command that asks a cluster, how it does. */
const asking = samples
  .filter(({ of, spec }) => of === 'files' || of === 'cluster' || spec.name === 'version')
  .map(({ spec, words }) => ({ spec, words: words.filter((word) => word !== '--client') }));
const named = asking.map(({ spec, words }) => [spec.name, { spec, words }] as const);

/** Questions that some flag makes of a command; 2 is that they could not be answered. */
const questions = [
  ['trace', 'shop.example.com/', '--expect=status=404'],
  ['status', '--wait', '--timeout=1s'],
  ['sync', '--exit-code'],
  ['delegate', 'check', 'shop.example.com/cart'],
].filter(([name]) => asking.some(({ spec }) => spec.name === name));

async function opened(make: () => Promise<FakeApi>): Promise<FakeApi> {
  const api = await make();
  onTestFinished(api.close);
  return api;
}

const who = ['--token=t', '--as=jane', '--as-uid=7', '--as-group=g', '--as-group=h', '--as-user-extra=scope=x'];

describe.each(named)('%s', (_, { words }) => {
  test('asks as who the flags say, wherever they stand, and gives itself a name', async () => {
    const api = await opened(worldApi);
    const flags = ['-s', api.url, '--disable-compression', '--request-timeout=5s', ...who];
    // What goes on would have no end of its own here.
    const ending = words.some((word) => word === 'watch' || word === 'run') ? ['--to=nobody'] : [];
    await runHere([...flags, ...words, ...ending]);
    const before = api.asked.splice(0);
    await runHere([...words, ...ending, ...flags]);
    const seen = (asked: FakeApi['asked']) => asked.map(({ method, path }) => `${method} ${path}`).toSorted();
    expect(seen(before)).not.toEqual([]);
    expect(seen(api.asked)).toEqual(seen(before));
    for (const { headers, rawHeaders } of [...before, ...api.asked]) {
      expect(headers).toMatchObject({
        authorization: 'Bearer t',
        'impersonate-user': 'jane',
        'impersonate-uid': '7',
        'impersonate-extra-scope': 'x',
        'user-agent': expect.stringMatching(/^kubectl-contour\/[0-9.]+ \([a-z]+\/[a-z0-9]+\)$/) as string,
      });
      expect(headers).not.toHaveProperty('accept-encoding');
      expect(rawHeaders.filter((text) => text === 'g' || text === 'h')).toEqual(['g', 'h']);
    }
  });
});

type Fault = readonly [name: string, answer: (response: ServerResponse) => void, said: RegExp];
const faults: readonly Fault[] = [
  [
    'answers 429',
    (response) => sendStatus(response, 429, 'TooManyRequests', 'too many requests, please try again later'),
    /too many requests, please try again later/,
  ],
  [
    'answers 500',
    (response) => sendStatus(response, 500, 'InternalError', 'Internal error occurred: etcdserver: no leader'),
    /Internal error occurred: etcdserver: no leader/,
  ],
  ['answers 503 in HTML', (response) => void response.writeHead(503).end('<html>busy</html>'), /503|busy|unavailable/i],
  ['answers what is no JSON', (response) => void response.writeHead(200).end('<html>hello</html>'), /\S/],
  ['hangs up', (response) => void response.destroy(), /\S/],
  ['does not answer', () => {}, /did not answer within 0\.3 s/],
  [
    'stops in the middle',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"kind":');
    },
    /did not answer within 0\.3 s|\S/,
  ],
];

/** How each is called, and what its exit code is where nobody answers. */
const calls = [
  ...asking.filter(({ spec }) => spec.name !== 'version').map(({ spec, words }) => [words, failureOf(spec)] as const),
  ...questions.map((words) => [words, 2] as const),
].map(([words, code]) => [words.join(' '), words, code] as const);

describe.each(faults)('an API server that %s', (_, answer, said) => {
  test.each(calls)('%s', async (__, words, code) => {
    const api = await opened(fakeApi);
    api.answers.set('*', answer);
    const ran = await runHere([...words, '-s', api.url, '--request-timeout=300ms']);
    expect({ code: ran.code, stdout: ran.stdout }, ran.stderr).toEqual({ code, stdout: '' });
    const [first = '', ...others] = ran.stderr.trimEnd().split('\n');
    expect(first).toMatch(/^(error|Error from server \([A-Za-z]+\)|Error from server): \S/);
    expect(first).toMatch(said);
    // A sentence, and what to do: no stack.
    expect(others.length, ran.stderr).toBeLessThan(3);
    expect(ran.stderr).not.toMatch(/^ +at /m);
  });
});

test.each(calls)('%s tells a refusal as JSON, whatever -o is', async (_, words, code) => {
  const api = await opened(fakeApi);
  api.answers.set('*', (response) => sendStatus(response, 403, 'Forbidden', 'pods is forbidden: jane may not'));
  const ran = await runHere([...words, '-s', api.url, '--error-format=json', '-ojson']);
  expect({ code: ran.code, stdout: ran.stdout }, ran.stderr).toEqual({ code, stdout: '' });
  expect(JSON.parse(ran.stderr)).toMatchObject({ kind: 'Status', status: 'Failure' });
});
