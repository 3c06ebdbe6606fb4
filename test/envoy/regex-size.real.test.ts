import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regexFault, regexSize } from '../../routing/graph/regex.ts';
import { testEnvoy } from '../support/envoy.ts';

const accepted = [
  '/static/[a-zA-Z0-9._-]{0,200}/x',
  '/N(abc|def|ghi){90}',
  '(a+)+$',
  '/foo/.*',
  '/v[0-9]+/users/[^/]+',
  '(?i)/images/.*\\.(png|jpg|gif)',
  '/\\pL+',
  '[^/]{1,20}/x',
  '(a|b|c)*',
  '.*',
  '/é+',
  '/[а-я]{3}',
  '(foo|bar|baz|qux)+/(x|y)?',
  '\\d{1,5}-\\w+',
  '/x{100}',
  '(?i)straße[k-s]{5}',
  '/(a|ab|abc|abcd){3,9}',
  '/a?b?c?d?e?f?',
  '(.|é)*',
  '((a?){3}){3}',
  '[[:alpha:]]+\\S*\\W',
];

const refused = ['(', ')', '[a', '\\1', '(?=a)', '(?<!a)b', 'a{1001}', '*a', '(?P<x', '\\8'];

let folder: string;
let envoy: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'contour-regex-'));
  envoy = await testEnvoy();
});

afterAll(() => rm(folder, { recursive: true }));

describe('the size of a regex', () => {
  it.each(accepted)('is at least what Envoy counts, and not half as much again: %s', async (pattern) => {
    const output = await validate(pattern, 1);
    const counted = Number(/program size of (\d+)/.exec(output)?.[1]);
    const ours = regexSize(pattern) as number;
    expect(ours).toBeGreaterThanOrEqual(counted);
    expect(ours).toBeLessThanOrEqual(counted * 1.5 + 3);
  });

  it.each(refused)('is not asked of a pattern that Envoy refuses too: %s', async (pattern) => {
    expect(regexFault(pattern, 1000)).toMatch(/is not valid RE2 syntax/);
    expect(await validate(pattern, 1000)).not.toBe('');
  });

  it('lets nothing pass that Envoy would refuse at the same setting', async () => {
    for (const pattern of accepted) {
      if (regexFault(pattern, 100) === null) expect(await validate(pattern, 100)).toBe('');
    }
  });
});

/** What Envoy says against a route with this regex; empty where it takes it. */
async function validate(regex: string, maxProgramSize: number): Promise<string> {
  const file = path.join(folder, 'envoy.json');
  await writeFile(file, JSON.stringify(bootstrap(regex, maxProgramSize)));
  return new Promise((resolve) => {
    execFile(envoy, ['--mode', 'validate', '-c', file, '-l', 'error'], { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve(error === null ? '' : `${stdout}${stderr}`),
    );
  });
}

function bootstrap(regex: string, maxProgramSize: number): unknown {
  const routes = [{ match: { safe_regex: { regex } }, direct_response: { status: 200 } }];
  return {
    layered_runtime: {
      layers: [{ name: 'test', static_layer: { 're2.max_program_size.error_level': maxProgramSize } }],
    },
    static_resources: {
      listeners: [
        {
          name: 'test',
          address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
          filter_chains: [{ filters: [{ name: 'http', typed_config: connectionManager(routes) }] }],
        },
      ],
    },
  };
}

function connectionManager(routes: readonly unknown[]): unknown {
  const extension = 'type.googleapis.com/envoy.extensions.filters';
  return {
    '@type': `${extension}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'test',
    route_config: { virtual_hosts: [{ name: 'test', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: { '@type': `${extension}.http.router.v3.Router` } }],
  };
}
