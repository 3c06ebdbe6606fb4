import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { inside } from '../rig/run.ts';
import { runPlugin } from '../plugin/from-sources.ts';
import { eventually } from '../support/eventually.ts';
import { type Etcd, openEtcd } from './etcd.ts';
import { type LoneStand, type Neighbour, openLoneStand } from './lone-stand.ts';

const crdFile = fileURLToPath(new URL('../../crds/httpproxies.yaml', import.meta.url));
let stand: LoneStand;
let etcd: Etcd;
let neighbour: Neighbour;

beforeAll(async () => {
  stand = await openLoneStand('bad-objects');
  etcd = await openEtcd(stand.rig);
});

afterAll(async () => {
  etcd.close();
  await stand.close();
});

beforeEach(async () => void (neighbour = await stand.watchNeighbour()));

/** Whatever a test has stored, the controller lives, Envoys take all of it, and the neighbour is served and edited. */
afterEach(async () => {
  await neighbour.expectUntouched();
  await stand.kubectl('delete', 'httpproxy,tlscertificatedelegation,ingress,endpointslice', '--all');
});

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
  const { items } = JSON.parse(await stand.kubectl('get', '--raw', proxiesPath)) as StoredList;
  return new Map(
    items.map(({ metadata: { name }, status }) => {
      const valid = status?.conditions?.find(({ type }) => type === 'Valid');
      return [name, [status?.currentStatus, JSON.stringify(valid?.errors ?? [])]];
    }),
  );
}

/** No controller is in the cluster, so it compiles the objects itself. */
const plugin = (...words: readonly string[]) =>
  runPlugin([...words, '-n', 'shop', '-o', 'json'], { KUBECONFIG: stand.kubeconfig });

interface Report {
  readonly items: readonly {
    readonly source: { readonly kind: string; readonly name: string };
    readonly currentStatus: string;
  }[];
}

async function verdictsOfPlugin(): Promise<ReadonlyMap<string, string>> {
  const { code, stdout, stderr } = await plugin('status');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { items } = JSON.parse(stdout) as Report;
  const proxies = items.filter(({ source }) => source.kind === 'HTTPProxy');
  return new Map(proxies.map(({ source, currentStatus }) => [source.name, currentStatus]));
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

describe('past the API server', () => {
  it('whatever is stored is told what is wrong with it, and reaches nobody else', async () => {
    for (const [name, { text }] of Object.entries(specs))
      await etcd.put(keyOf(name), stored('HTTPProxy', name, text(name)));
    for (const [name, meta] of Object.entries(metadata))
      await etcd.put(keyOf(name), stored('HTTPProxy', name, sound(name), meta));
    // A status of some of these is a write of a megabyte.
    await eventually(async () => expect(await verdicts()).toEqual(expected), 60_000);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const words = [...expected].map(([name, verdict]) => [name, (verdict as readonly unknown[])[0]] as const);
    expect(await verdictsOfPlugin()).toEqual(new Map(words));
    for (const command of ['routes', 'tree', 'canary list', 'delegate list'])
      expect(await plugin(...command.split(' ')), command).toMatchObject({ code: 0 });
    await stand.restart();
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
    await stand.apply(proxy('wants', { tls: { secretName: 'vault/lent' } }));
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
    await stand.apply(proxy('uses'));
    await stand.kubectl('wait', '--for=condition=Programmed', 'httpproxy/uses', '--timeout=30s');
  });

  it('what cannot even be listed keeps what is served, is named, and is over when it is gone', async () => {
    await stand.apply(proxy('kept'));
    await eventually(async () => expect((await verdicts()).has('kept')).toBe(true));
    await etcd.put(keyOf('garbage'), 'this is no JSON');
    // Who asks now is told nothing of the kind at all.
    await eventually(() => expect(stand.controller().output()).toMatch(/kind=HTTPProxy state=failing/), 40_000);
    await etcd.delete(keyOf('garbage'));
    await stand.apply(proxy('later'));
    await stand.kubectl('wait', '--for=condition=Valid', 'httpproxy/later', '--timeout=30s');
  });
});

describe('under a CRD that checks nothing', () => {
  const crd = parse(readFileSync(crdFile, 'utf8')) as Crd;
  const applyCrd = (definition: Crd) =>
    inside(stand.rig, ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'], stringify(definition));
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
      await eventually(() => inside(stand.rig, ['kubectl', 'apply', '--validate=false', '-f', '-'], object));
    }
    await applyCrd(crd);
    const wanted = new Map([...expected].filter(([name]) => rows.some(([row]) => row === name)));
    await eventually(async () => expect(await verdicts()).toEqual(wanted));
  });
});
