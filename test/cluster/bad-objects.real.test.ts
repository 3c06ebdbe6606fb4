import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { askRaw } from '../envoy/raw-request.ts';
import { startLoad } from '../envoy/load.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { type ControllerProcess, startController } from './controller-process.ts';
import { type Etcd, openEtcd } from './etcd.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-bad-objects-'));
const kubeconfig = join(folder, 'admin');
let rig: Rig;
let outside: { readonly text: string; close(): void };
let etcd: Etcd;
let http: number;
let xds: number;
let controller: ControllerProcess;
let stopEnvoy: () => Promise<void>;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(
    rig,
    ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'],
    objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  );

beforeAll(async () => {
  rig = await startRig({ name: `bad-objects-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(kubeconfig, outside.text, { mode: 0o600 });
  etcd = await openEtcd(rig);
  for (const file of readdirSync(crds).filter((name) => name.endsWith('.yaml')))
    await kubectl('apply', '--server-side', '-f', join(crds, file));
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
  for (const name of ['shop', 'neighbour', 'projectcontour']) await kubectl('create', 'namespace', name);
  await kubectl('create', 'service', 'clusterip', 'web', '--tcp=80');
  [http = 0, xds = 0] = await freePorts(2);
  controller = await start();
  const config = join(folder, 'bootstrap.json');
  const admin = { path: join(folder, 'admin.sock') };
  writeFileSync(config, JSON.stringify(bootstrap({ xds: { host: '127.0.0.1', port: xds }, admin })));
  stopEnvoy = await runEnvoy(config);
});

afterAll(async () => {
  await stopEnvoy();
  await controller.kill('SIGKILL');
  etcd.close();
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

/** Alone, so that nobody waits for the lease of one that was killed. */
function start(): Promise<ControllerProcess> {
  const addresses = ['--envoy-service-http-address=127.0.0.1', '--envoy-service-https-address=127.0.0.1'];
  const ports = [`--xds-port=${xds}`, `--envoy-service-http-port=${http}`];
  return startController(`--kubeconfig=${kubeconfig}`, '--disable-leader-election', ...addresses, ...ports);
}

/** Somebody else's, whom nothing of this is to reach. */
const neighbour = (statusCode: number) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'neighbour', name: 'neighbour' },
  spec: {
    virtualhost: { fqdn: 'neighbour.example.com' },
    routes: [{ directResponsePolicy: { statusCode } }],
  },
});

const statusAt = async (host: string) => (await askRaw({ port: http, host, path: '/' })).status;
const answers = (statusCode: number, ms = 2_000) =>
  eventually(async () => expect(await statusAt('neighbour.example.com')).toBe(statusCode), ms);

let load: ReturnType<typeof startLoad>;
beforeEach(async () => {
  await apply(neighbour(201));
  await answers(201, 20_000);
  const right = (status: number) => status === 201 || status === 202;
  load = startLoad(http, () => ({ host: 'neighbour.example.com', right }), { lanes: 1 });
});

/** Whatever a test has stored, the controller lives, Envoys take all of it, and the neighbour is served and edited. */
afterEach(async () => {
  await apply(neighbour(202));
  await answers(202);
  expect((await load.stop()).failures).toEqual([]);
  expect([controller.process.exitCode, controller.process.signalCode]).toEqual([null, null]);
  expect(await refusals()).toEqual([]);
  await kubectl('delete', 'httpproxy,tlscertificatedelegation,ingress,endpointslice', '--all');
});

interface Streams {
  readonly items: readonly { readonly types: readonly { readonly nacks: readonly object[] }[] }[];
}

async function refusals(): Promise<readonly object[]> {
  const { items } = (await (await fetch(`${controller.debugUrl}/debug/streams`)).json()) as Streams;
  return items.flatMap(({ types }) => types.flatMap(({ nacks }) => nacks));
}

// Printed for people, what is nested would be mostly blanks.
const proxiesPath = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies';

interface Crd {
  readonly spec: { readonly versions: readonly object[] };
}

interface StoredList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status?: {
      readonly currentStatus?: unknown;
      readonly conditions?: readonly { readonly type: string; readonly status: string; readonly errors?: unknown }[];
    };
  }[];
}

/** Of each proxy: what its status says in a word, and what it says of it. */
async function verdicts(): Promise<ReadonlyMap<string, readonly [unknown, string]>> {
  const { items } = JSON.parse(await kubectl('get', '--raw', proxiesPath)) as StoredList;
  return new Map(
    items.map(({ metadata: { name }, status }) => {
      const valid = status?.conditions?.find(({ type }) => type === 'Valid');
      return [name, [status?.currentStatus, JSON.stringify(valid?.errors ?? [])]];
    }),
  );
}

const proxy = (name: string, rest: object = {}) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name },
  spec: { virtualhost: { fqdn: `${name}.example.com`, ...rest }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
});

const sound = (name: string) =>
  `"spec":{"virtualhost":{"fqdn":"${name}.example.com"},"routes":[{"services":[{"name":"web","port":80}]}]}`;
const root = (rest: string) => (name: string) =>
  `"spec":{"virtualhost":{"fqdn":"${name}.example.com"}${rest === '' ? '' : `,${rest}`}}`;
const spec = (text: string) => () => `"spec":${text}`;
const status = (text: string) => (name: string) => `${sound(name)},"status":${text}`;
const deep = (open: string, close: string) => `${open.repeat(9_000)}1${close.repeat(9_000)}`;
const mebibyte = 'x'.repeat(1 << 20);
const manyRoutes = Array.from(
  { length: 10_000 },
  (_, index) => `{"conditions":[{"prefix":"/${index}"}],"services":[{"name":"web","port":80}]}`,
);

interface Row {
  readonly text: (name: string) => string;
  readonly verdict: 'valid' | 'invalid' | 'orphaned';
  readonly says?: RegExp;
}

const invalid = (text: (name: string) => string, says: RegExp): Row => ({ text, verdict: 'invalid', says });
const valid = (text: (name: string) => string): Row => ({ text, verdict: 'valid' });

/** JSON as it is stored, which no CRD has checked. */
const specs: Readonly<Record<string, Row>> = {
  'spec-text': invalid(spec('"x"'), /spec must be an object, got the text/),
  'spec-null': invalid(spec('null'), /needs the field spec/),
  'spec-list': invalid(spec('[]'), /spec must be an object, got a list/),
  'spec-missing': invalid(() => '"other":1', /needs the field spec/),
  'nulls-everywhere': {
    text: spec('{"virtualhost":null,"routes":null,"includes":null,"tcpproxy":null}'),
    verdict: 'orphaned',
  },
  'virtualhost-text': invalid(spec('{"virtualhost":"x"}'), /virtualhost must be an object/),
  'fqdn-number': invalid(spec('{"virtualhost":{"fqdn":5}}'), /fqdn must be text, got the number 5/),
  'fqdn-null': invalid(spec('{"virtualhost":{"fqdn":null}}'), /fqdn/),
  'fqdn-huge': invalid(spec(`{"virtualhost":{"fqdn":"${mebibyte}"},"routes":[]}`), /253/),
  'routes-text': invalid(root('"routes":"x"'), /routes must be a list, got the text/),
  'routes-object': invalid(root('"routes":{"0":{}}'), /routes must be a list, got an object/),
  'routes-nulls': invalid(root('"routes":[null,null]'), /routes\[1\] must be an object, got nothing/),
  'services-null': invalid(root('"routes":[{"services":[null]}]'), /services\[0\] must be an object/),
  'port-text': invalid(
    root('"routes":[{"services":[{"name":"web","port":"80"}]}]'),
    /port must be a whole number, got the text/,
  ),
  'port-huge': invalid(root('"routes":[{"services":[{"name":"web","port":1e300}]}]'), /from 1 to 65535/),
  'weight-text': invalid(
    root('"routes":[{"services":[{"name":"web","port":80,"weight":"1"}]}]'),
    /weight must be a whole number/,
  ),
  'prefix-huge': valid(
    root(`"routes":[{"conditions":[{"prefix":"/${mebibyte}"}],"services":[{"name":"web","port":80}]}]`),
  ),
  'many-routes': valid(root(`"routes":[${manyRoutes.join(',')}]`)),
  'many-nulls': invalid(root(`"routes":[${'null,'.repeat(100_000)}null]`), /and [0-9]+ more/),
  'prototype-keys': invalid(
    root(
      '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"routes":[{"__proto__":null,"services":[{"name":"__proto__","port":80}]}]',
    ),
    /Service shop\/__proto__ does not exist/,
  ),
  'deep-lists': invalid(root(`"routes":${deep('[', ']')}`), /routes\[0\] must be an object, got a list/),
  'deep-objects': { text: spec(deep('{"a":', '}')), verdict: 'orphaned' },
  'status-text': valid(status('"x"')),
  'status-list': valid(status('[1]')),
  'status-types': valid(
    status('{"conditions":"x","currentStatus":5,"description":[],"observedGeneration":"x","loadBalancer":[]}'),
  ),
  'status-future': valid(status('{"currentStatus":"invalid","observedGeneration":9000000000000000}')),
  'status-nulls': valid(status('{"conditions":[null,5,{"type":5},{"type":null}],"currentStatus":null}')),
  'status-conditions': valid(
    status(
      '{"conditions":[{"type":"HostClaimed","status":"True","reason":"x","message":"holds ","lastTransitionTime":"never"},{"type":"Valid","status":"maybe","reason":"","message":"","lastTransitionTime":"never","errors":"x","observedGeneration":-1}]}',
    ),
  ),
  'status-deep': valid(status(`{"conditions":${deep('[', ']')}}`)),
  'status-deeper': valid(status(`{"loadBalancer":${deep('{"a":', '}')}}`)),
};

const metadata: Readonly<Record<string, string>> = {
  'metadata-types': '"labels":{"a":5},"annotations":["x"],"generation":"5","creationTimestamp":"never"',
  'metadata-keys': '"annotations":{"__proto__":"x","constructor":"y","kubernetes.io/ingress.class":5},"generation":1',
  'metadata-numbers': '"creationTimestamp":null,"generation":0,"deletionGracePeriodSeconds":"x"',
  'metadata-none': '"managedFields":"x"',
};

const keyOf = (name: string, plural = 'httpproxies') => `/registry/projectcontour.io/${plural}/shop/${name}`;
const usualMeta = '"generation":1,"creationTimestamp":"2026-01-01T00:00:00Z"';
const stored = (kind: string, name: string, text: string, meta = usualMeta) =>
  `{"apiVersion":"projectcontour.io/v1","kind":"${kind}","metadata":{"name":"${name}","namespace":"shop","uid":"${crypto.randomUUID()}",${meta}},${text}}`;

const expected = new Map<string, unknown>([
  ...Object.entries(specs).map(
    ([name, { verdict, says = /^/ }]) => [name, [verdict, expect.stringMatching(says)]] as const,
  ),
  ...Object.keys(metadata).map((name) => [name, ['valid', '[]']] as const),
]);

/** As if a person had ended it without a word. */
async function restart(): Promise<void> {
  await controller.kill('SIGKILL');
  controller = await start();
}

describe('past the API server', () => {
  it('whatever is stored is told what is wrong with it, and reaches nobody else', async () => {
    for (const [name, { text }] of Object.entries(specs))
      await etcd.put(keyOf(name), stored('HTTPProxy', name, text(name)));
    for (const [name, meta] of Object.entries(metadata))
      await etcd.put(keyOf(name), stored('HTTPProxy', name, sound(name), meta));
    await answers(201);
    await eventually(async () => expect(await verdicts()).toEqual(expected), 20_000);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    await restart();
    expect(await statusAt('neighbour.example.com')).toBe(201);
  });

  it('what lends certificates may be anything', async () => {
    const texts = [
      '"x"',
      'null',
      '{"delegations":null}',
      '{"delegations":[null,5,{"secretName":5,"targetNamespaces":"*"}]}',
    ];
    const kind = 'TLSCertificateDelegation';
    for (const [index, text] of texts.entries())
      await etcd.put(
        keyOf(`lent-${index}`, 'tlscertificatedelegations'),
        stored(kind, `lent-${index}`, `"spec":${text}`),
      );
    await apply(proxy('wants', { tls: { secretName: 'vault/lent' } }));
    await eventually(async () =>
      expect((await verdicts()).get('wants')).toEqual(['invalid', expect.stringMatching(/lent/)]),
    );
  });

  it('endpoints and Ingresses that the API server would not take break nothing', async () => {
    const meta = (name: string) => ({ namespace: 'shop', name, uid: crypto.randomUUID() });
    const slice = (name: string, addresses: readonly string[], port: number) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...meta(name), labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: '80', port, protocol: 'TCP' }],
      endpoints: [{ addresses, conditions: { ready: true } }],
    });
    const slices = [
      slice('names', ['x', '', '999.1.1.1', 'localhost', '1.2.3.4 '], 80),
      slice('port-0', ['10.1.1.1'], 0),
      slice('port-big', ['10.1.1.1'], 70_000),
      slice('port-below', ['10.1.1.1'], -1),
    ];
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('odd'),
      spec: {
        rules: ['a\nb', '*.*.example.com', '[::1', mebibyte.slice(0, 1000), ' ', '%00'].map((host) => ({
          host,
          http: {
            paths: [
              { path: 'no\nslash', pathType: 'Prefix' },
              { path: '/\u0000', pathType: 'Odd' },
            ],
          },
        })),
      },
    };
    for (const one of slices) await etcd.put(`/registry/endpointslices/shop/${one.metadata.name}`, JSON.stringify(one));
    await etcd.put('/registry/ingress/shop/odd', JSON.stringify(ingress));
    await apply(proxy('uses'));
    await kubectl('wait', '--for=condition=Programmed', 'httpproxy/uses', '--timeout=10s');
  });

  it('what cannot even be listed keeps what is served, is named, and is over when it is gone', async () => {
    await apply(proxy('kept'));
    await eventually(async () => expect((await verdicts()).has('kept')).toBe(true));
    await etcd.put(keyOf('garbage'), 'this is no JSON');
    // Who asks now is told nothing of the kind at all.
    await eventually(() => expect(controller.output()).toMatch(/kind=HTTPProxy state=failing/), 40_000);
    await answers(201);
    await etcd.delete(keyOf('garbage'));
    await apply(neighbour(202));
    await answers(202, 15_000);
  });
});

describe('under a CRD that checks nothing', () => {
  const crd = parse(readFileSync(join(crds, 'httpproxies.yaml'), 'utf8')) as Crd;
  const applyCrd = (definition: Crd) =>
    inside(rig, ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'], stringify(definition));
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const loosened = (): Crd => ({
    ...crd,
    spec: {
      ...crd.spec,
      versions: crd.spec.versions.map((version) => ({ ...version, schema: { openAPIV3Schema: anything } })),
    },
  });

  it('what was stored meanwhile is told when it is checked again', async () => {
    await applyCrd(loosened());
    const rows = Object.entries(specs).filter(([name]) => !/deep|huge|many|status|spec/.test(name));
    for (const [name, { text }] of rows) {
      const object = stored('HTTPProxy', name, text(name), '"labels":{}');
      // The schema in force changes a moment after it is written.
      await eventually(() => inside(rig, ['kubectl', 'apply', '--validate=false', '-f', '-'], object));
    }
    await applyCrd(crd);
    const wanted = new Map([...expected].filter(([name]) => rows.some(([row]) => row === name)));
    await eventually(async () => expect(await verdicts()).toEqual(wanted), 20_000);
  });
});
