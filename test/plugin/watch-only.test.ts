import type { ChildProcess } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { builtPlugin, cleanEnv } from './built-plugin.ts';
import { debugEndpoint, reportHead } from './debug-endpoint.ts';

const plugin = builtPlugin();
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

const source = (name: string) => ({ kind: 'HTTPProxy', namespace: 'shop', name, pointer: '' });
const object = (name: string) => ({
  source: source(name),
  generation: 1,
  hosts: [`${name}.test`],
  root: true,
  currentStatus: 'valid',
  description: '',
  conditions: [],
  programmed: null,
});
const route = (name: string) => ({
  host: `${name}.test`,
  listener: 'http',
  order: 0,
  match: null,
  action: null,
  source: source(name),
  via: [],
  status: { valid: true, verified: true, reasons: [] },
  programmed: null,
});
const stream = (node: string) => ({
  node,
  cluster: 'c',
  envoyVersion: '1.40.0',
  streams: 1,
  complete: true,
  types: [],
});

test.each([
  ['routes', 'RouteTable', route, 'HOST'],
  ['status', 'StatusReport', object, 'KIND'],
  ['sync', 'StreamList', stream, 'ENVOY'],
] as const)('%s --watch-only tells only what changes from now on', async (name, kind, item, header) => {
  const report = (...names: readonly string[]) => ({ ...reportHead(kind), items: names.map((each) => item(each)) });
  for (const [flags, expected] of [
    [['--watch-only'], [header, 'second']],
    [['--watch-only', '--no-headers'], ['second']],
    [['--watch-only', '-ojson'], ['second']],
    [['--watch'], [header, 'first', 'second']],
  ] as const) {
    const endpoint = await debugEndpoint(report('first'));
    child = plugin.start([name, ...flags, '--debug-url', endpoint.url], { env: cleanEnv({}) });
    let said = '';
    child.stdout?.on('data', (chunk) => (said += chunk));
    await eventually(() => expect(endpoint.asked.some((asked) => asked.includes('watch=1'))).toBe(true), 10_000);
    endpoint.say(report('first', 'second'));
    await eventually(() => expect(said).toContain('second'), 10_000);
    const lines = said.trimEnd().split('\n');
    expect(lines.map((line) => expected.find((word) => line.includes(word)))).toEqual(expected);
    child.kill('SIGKILL');
  }
});
