import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { runHere } from './run-here.ts';
import { formatsOf, ofFiles, world } from './samples.ts';

/** Sets the title of a terminal, clears its screen, goes back in the line, colours, and turns the direction of writing. */
const hostile = '\u001b]0;owned\u0007\u001b[2J\r\u009b31m\u202egnp\u200b';
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/;
/** The colours of our own. */
const ownColours = /\u001b\[(?:[0-9]|1;3[0-9]|[39][0-9])m/g;

const evil = (metadata: object, spec: object) =>
  JSON.stringify({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', annotations: { note: hostile }, labels: { team: hostile }, ...metadata },
    spec,
  });
const services = [
  { name: `one${hostile}`, port: 80, weight: 10 },
  { name: `two${hostile}`, port: 80, weight: 90 },
];

/** The world of the other tests, with a neighbour in the same namespaces who wants to be seen. */
const manifests = [
  readFileSync(world, 'utf8')
    .replaceAll('  routes:\n', `  # ${hostile}\n  routes:\n`)
    .replaceAll('"by":"kim"', `"by":${JSON.stringify(`kim${hostile}`).replaceAll("'", "''")}`),
  evil(
    { name: 'evil' },
    {
      virtualhost: { fqdn: 'evil.example.com', tls: { secretName: `www/${hostile}` } },
      includes: [
        { namespace: 'cart', name: 'cart', conditions: [{ prefix: `/in${hostile}` }] },
        { namespace: 'cart', name: `none${hostile}`, conditions: [{ prefix: '/none' }] },
      ],
      routes: [
        { conditions: [{ prefix: `/${hostile}` }, { header: { name: `x${hostile}`, exact: hostile } }], services },
        { conditions: [{ prefix: '/odd' }, { queryParameter: { name: hostile, exact: hostile } }], services },
        { conditions: [{ prefix: '/go' }], requestRedirectPolicy: { hostname: hostile, path: `/${hostile}` } },
        { conditions: [{ prefix: '/say' }], directResponsePolicy: { statusCode: 200, body: hostile } },
        { conditions: [{ prefix: '/re' }], services, pathRewritePolicy: { replacePrefix: [{ replacement: hostile }] } },
        { services },
      ],
    },
  ),
  evil({ name: 'rival' }, { virtualhost: { fqdn: 'shop.example.com' }, routes: [{ services }] }),
  evil({ name: `name${hostile}` }, { virtualhost: { fqdn: `host${hostile}.example.com` }, routes: [{ services }] }),
  evil({ name: 'orphan', namespace: `space${hostile}` }, { routes: [{ services }] }),
  evil({ name: 'broken', annotations: { 'kubectl-contour.io/canary': hostile } }, { virtualhost: hostile }),
  JSON.stringify({
    apiVersion: 'projectcontour.io/v1',
    kind: 'TLSCertificateDelegation',
    metadata: { namespace: 'www', name: 'evil' },
    spec: { delegations: [{ secretName: `cert${hostile}`, targetNamespaces: [`shop${hostile}`, 'cart'] }] },
  }),
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'evil', annotations: { 'projectcontour.io/response-timeout': hostile } },
    spec: {
      rules: [
        {
          host: 'ingress.example.com',
          http: {
            paths: [
              {
                path: `/${hostile}`,
                pathType: 'Prefix',
                backend: { service: { name: `s${hostile}`, port: { name: hostile } } },
              },
            ],
          },
        },
      ],
    },
  }),
].join('\n---\n');

/** The lines with characters that a terminal obeys. */
const steering = (text: string): readonly string[] => text.split('\n').filter((line) => STEERING.test(line));

function written(): string {
  const file = join(temporaryDirectory(), 'hostile.yaml');
  writeFileSync(file, manifests);
  return file;
}

/** What the samples leave out, because only this world has it. */
const more = new Map<string, readonly (readonly string[])[]>([
  [
    'routes',
    [
      ['routes', '--invalid'],
      ['routes', 'evil.example.com', '-o', 'wide'],
    ],
  ],
  ['tree', [['tree', '--certs', '--services']]],
  [
    'trace',
    [
      ['trace', 'evil.example.com/go'],
      ['trace', 'https://evil.example.com/odd', '--all'],
      ['trace', 'https://evil.example.com/none'],
      ['trace', `https://evil.example.com/${hostile}`, '-H', `x: ${hostile}`],
    ],
  ],
  [
    'status',
    [
      ['status', '-A', '--explain'],
      ['status', '--invalid'],
      ['status', '--orphaned'],
    ],
  ],
  [
    'canary status',
    [
      ['canary', 'status', 'evil'],
      ['canary', 'status', `web${hostile}`],
    ],
  ],
  ['canary', [['canary', 'evil', '--to', `one${hostile}`, '--weight=1', '--route=#2', '--dry-run']]],
  ['delegate', [['delegate', 'evil.example.com/in', '--to=cart/green', '--yes', '--dry-run']]],
  [
    'delegate check',
    [
      ['delegate', 'check', 'evil.example.com/none'],
      ['delegate', 'check', `evil.example.com/${hostile}`],
    ],
  ],
  [
    'delegate list',
    [
      ['delegate', 'list', '--broken'],
      ['delegate', 'list', '-o', 'wide'],
    ],
  ],
]);

describe.each(ofFiles)('what tenants write does not steer the terminal of %s', (name, { spec, words }) => {
  const calls = [words, ...(more.get(name) ?? [])];

  test.each(calls.map((call) => [call.join(' ').replaceAll(hostile, '…'), call] as const))('%s', async (_, call) => {
    const file = written();
    for (const format of formatsOf(spec).filter((each) => !each.includes('-'))) {
      const output = format === 'jsonpath' ? 'jsonpath={.items}{.changes}{.faults}{.routes}' : format;
      const ran = await runHere([...call, '-f', file, '-o', output]);
      const seen = await runHere([...call, '-f', file, '-o', output], { stdoutIsTerminal: true });
      expect(ran.stdout + ran.stderr, `${format}: nothing was said`).not.toBe('');
      // The text of a file goes on through a pipe byte for byte.
      const isFile = format === 'yaml' && call.some((word) => word.startsWith('--dry-run'));
      expect(steering(isFile ? ran.stderr : ran.stdout + ran.stderr), format).toEqual([]);
      expect(steering((seen.stdout + seen.stderr).replaceAll(ownColours, '')), format).toEqual([]);
    }
  });
});

test('the neighbour is seen at all', async () => {
  const file = written();
  for (const words of [
    ['routes', '-A'],
    ['tree', '--services'],
    ['delegate', 'list'],
    ['canary', 'list'],
  ]) {
    const { stdout, stderr } = await runHere([...words, '-f', file]);
    expect(stdout, stderr).toMatch(/\^\[|u202e/);
  }
});

test('nor do arguments that come back in errors', async () => {
  for (const { spec, words } of ofFiles.map(([, sample]) => sample)) {
    for (const args of [[`--${hostile}`], ['-o', hostile], ['--namespace', hostile]]) {
      const { stdout, stderr } = await runHere([...words, ...args, '-f', hostile]);
      expect(stderr, spec.name).not.toBe('');
      expect(steering(stdout + stderr), spec.name).toEqual([]);
    }
  }
});
