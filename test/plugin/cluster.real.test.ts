import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { printTemplate } from '../../plugin/output/json-path/evaluate.ts';
import { parseTemplate } from '../../plugin/output/json-path/parse.ts';
import type { RouteTable } from '../../plugin/route-table.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { runPlugin, startPlugin } from './from-sources.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-plugin-'));
const admin = join(folder, 'admin');
let rig: Rig;
let outside: { readonly text: string; close(): void };

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
const contour = (...args: readonly string[]) => runPlugin(args, { KUBECONFIG: admin });

interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: object;
}

const proxy = (metadata: Metadata, spec: object) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata,
  spec,
});
const service = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { ports: [{ port: 80 }] },
});
const to = (name: string) => [{ services: [{ name, port: 80 }] }];

beforeAll(async () => {
  rig = await startRig({ name: `plugin-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await kubectl('apply', '-f', crds);
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
  for (const namespace of ['shop', 'cart']) await kubectl('create', 'namespace', namespace);
  const { certificate, key } = selfSigned('secure.example.com');
  await apply(
    service('shop', 'web'),
    service('cart', 'cart'),
    proxy(
      { namespace: 'shop', name: 'root', labels: { team: 'shop' } },
      {
        virtualhost: { fqdn: 'shop.example.com' },
        includes: [{ namespace: 'cart', name: 'cart', conditions: [{ prefix: '/cart' }] }],
        routes: to('web'),
      },
    ),
    proxy({ namespace: 'cart', name: 'cart', labels: { team: 'cart' } }, { routes: to('cart') }),
    proxy(
      { namespace: 'shop', name: 'secure' },
      { virtualhost: { fqdn: 'secure.example.com', tls: { secretName: 'cert' } }, routes: to('web') },
    ),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'shop', name: 'cert' },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': certificate.toString('base64'), 'tls.key': key.toString('base64') },
    },
  );
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

async function table(...args: readonly string[]): Promise<RouteTable> {
  const { code, stdout, stderr } = await contour('routes', '-o', 'json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as RouteTable;
}

/** `host listener path service` of each row. */
const rows = ({ items }: RouteTable) =>
  items.map(({ host, listener, match, action }) => {
    const served = action?.type === 'Forward' ? action.backends.map(({ name }) => name).join() : action?.type;
    return `${host} ${listener} ${match?.path.value} ${served}`;
  });

/** Follows in JSON until the test ends, and answers what it was told so far: `ADDED` and a word about the item. */
function follow<Item>(words: readonly string[], shown: (item: Item) => string): () => readonly string[] {
  const child = startPlugin([...words, '-w', '-o', 'json'], { KUBECONFIG: admin });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout?.on('data', (chunk) => (said += String(chunk)));
  return () =>
    said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: Item })
      .map(({ type, object }) => `${type} ${shown(object)}`);
}

describe('without a controller the objects are compiled here', () => {
  it('those of all namespaces, and the answer says so', async () => {
    const all = await table('-A');
    expect(rows(all)).toEqual([
      'secure.example.com http / Redirect',
      'secure.example.com https / web',
      'shop.example.com http /cart cart',
      'shop.example.com http / web',
    ]);
    expect(all.items.every(({ status, programmed }) => status.valid && status.verified && programmed === null)).toBe(
      true,
    );
    expect(all.source).toMatchObject({ from: 'api', context: 'rig', namespaces: null, unread: [] });
    const schema = new URL('../../docs/schemas/route-table.schema.json', import.meta.url);
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
    expect(validate(all), JSON.stringify(validate.errors)).toBe(true);
  });

  it('those of a namespace, with what they include; those of the context where none is named', async () => {
    expect(rows(await table('-n', 'cart'))).toEqual(['shop.example.com http /cart cart']);
    expect(rows(await table('-n', 'shop'))).toContain('shop.example.com http /cart cart');
    expect(rows(await table('shop.example.com'))).toHaveLength(2);
    const { stdout, stderr } = await contour('routes');
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'No routes found in namespace "default".\n' });
  });

  it('those that a selector fits', async () => {
    expect(rows(await table('-A', '-l', 'team=cart'))).toEqual(['shop.example.com http /cart cart']);
    expect(rows(await table('-A', '-l', 'team'))).toHaveLength(2);
    const { code, stderr } = await contour('routes', '-A', '-l', 'team=(');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error from server \(BadRequest\): /);
    const pages = await contour('status', '-A', '-l', 'team', '--chunk-size=1', '-o', 'name', '-v6');
    expect(pages).toMatchObject({
      code: 0,
      stdout: 'httpproxy.projectcontour.io/cart\nhttpproxy.projectcontour.io/root\n',
    });
    expect(pages.stderr).toMatch(/httpproxies\?limit=1&continue=\S+ 200/);
  });

  it('with their labels', async () => {
    const labels = ['-A', '--sort-by=.source.name', '--no-headers', '-L', 'team', '--show-labels'];
    const { code, stdout } = await contour('status', ...labels, '--field-selector', 'metadata.name!=secure');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(-2))).toEqual([
      ['cart', 'team=cart'],
      ['shop', 'team=shop'],
      [''],
    ]);
  });

  it('and followed', async () => {
    const events = follow<{ host: string }>(['routes', '-A'], ({ host }) => host);
    await eventually(() => expect(events()).toHaveLength(4));
    await apply(
      proxy({ namespace: 'shop', name: 'late' }, { virtualhost: { fqdn: 'late.example.com' }, routes: to('web') }),
    );
    await eventually(() => expect(events().at(-1)).toBe('ADDED late.example.com'));
    await kubectl('delete', 'httpproxy', '-n', 'shop', 'late');
    await eventually(() => expect(events().at(-1)).toBe('DELETED late.example.com'));
  });

  it('and who gave what to whom is followed', async () => {
    const events = follow<{ prefix?: string; target?: string }>(
      ['delegate', 'list'],
      ({ prefix, target }) => `${prefix ?? target}`,
    );
    await eventually(() => expect(events()).toEqual(['ADDED /cart']), 20_000);
    const loan = {
      apiVersion: 'projectcontour.io/v1',
      kind: 'TLSCertificateDelegation',
      metadata: { namespace: 'shop', name: 'loan' },
      spec: { delegations: [{ secretName: 'cert', targetNamespaces: ['cart'] }] },
    };
    await apply(loan);
    await eventually(() => expect(events().at(-1)).toBe('ADDED cart'), 10_000);
    await kubectl('delete', 'tlscertificatedelegation', '-n', 'shop', 'loan');
    await eventually(() => expect(events().at(-1)).toBe('DELETED cart'), 10_000);
  });

  it('as Contour was told to read them, where that runs', async () => {
    const pod = (namespace: string, labels: object, args: readonly string[]) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: 'their-contour', labels },
      spec: { containers: [{ name: 'contour', image: 'their/router:1', command: ['contour'], args }] },
    });
    await apply(pod('cart', { app: 'contour' }, ['serve', '--incluster', '--root-namespaces=elsewhere']));
    onTestFinished(async () => {
      await kubectl('delete', 'pod', '-n', 'cart', 'their-contour', '--force', '--grace-period=0');
    });
    const { stdout, stderr } = await contour('routes', '-A', '-o', 'json');
    expect(stderr).toBe('No routes found.\n');
    const why = expect.stringContaining('cart/their-contour is Contour') as unknown;
    expect(JSON.parse(stdout)).toMatchObject({ source: { why }, items: [] });
  });
});

describe('what people may see', () => {
  const as = (user: string, ...args: readonly string[]) => contour('routes', `--as=${user}`, ...args);
  const read = ['get', 'list', 'watch'];
  const role = (namespace: string, user: string, ...kinds: readonly (readonly [group: string, resource: string])[]) => {
    const rules = kinds.map(([group, resource]) => ({ apiGroups: [group], resources: [resource], verbs: read }));
    const api = 'rbac.authorization.k8s.io';
    return apply(
      { apiVersion: `${api}/v1`, kind: 'Role', metadata: { namespace, name: user }, rules },
      {
        apiVersion: `${api}/v1`,
        kind: 'RoleBinding',
        metadata: { namespace, name: user },
        roleRef: { apiGroup: api, kind: 'Role', name: user },
        subjects: [{ apiGroup: api, kind: 'User', name: user }],
      },
    );
  };

  it('who may read nothing is told which right is missing, and it is the one', async () => {
    const { code, stdout, stderr } = await as('nobody', '-n', 'shop');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: no route table: .* cannot list resource "httpproxies" in API group/);
    const [, , ...yaml] = stderr.split('\n');
    await inside(rig, ['kubectl', 'apply', '-f', '-'], yaml.join('\n'));
    await kubectl('create', 'rolebinding', 'nobody', '-n', 'shop', '--role=contour-read-httpproxies', '--user=nobody');
    await eventually(async () => expect(await as('nobody', '-n', 'shop')).toMatchObject({ code: 0 }));
  });

  it('a viewer of everything but Secrets is not told that certificates are missing', async () => {
    await kubectl('create', 'clusterrolebinding', 'viewer', '--clusterrole=view', '--user=viewer');
    await kubectl(
      'create',
      'clusterrole',
      'viewer',
      '--verb=get,list,watch',
      '--resource=httpproxies.projectcontour.io,tlscertificatedelegations.projectcontour.io',
    );
    await kubectl('create', 'clusterrolebinding', 'viewer-too', '--clusterrole=viewer', '--user=viewer');
    await eventually(async () => {
      const seen = await table('-A', '--as=viewer');
      expect(rows(seen)).toContain('secure.example.com https / web');
      expect(seen.source).toMatchObject({ namespaces: null, unread: ['secrets in shop'] });
      const secure = seen.items.filter(({ host }) => host === 'secure.example.com');
      expect(secure.map(({ status }) => [status.valid, status.verified])).toEqual([
        [true, false],
        [true, false],
      ]);
    });
  });

  it('an editor of one namespace sees it, and what the status of its objects tells of roots elsewhere', async () => {
    await role(
      'cart',
      'editor',
      ['projectcontour.io', 'httpproxies'],
      ['', 'services'],
      ['discovery.k8s.io', 'endpointslices'],
    );
    const included = {
      type: 'Included',
      status: 'True',
      reason: 'Included',
      message: 'shop.example.com/cart header x-geo exact eu\nother.example.com/c',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    };
    const patch = JSON.stringify({ status: { conditions: [included] } });
    await kubectl('patch', 'httpproxy', '-n', 'cart', 'cart', '--subresource=status', '--type=merge', '-p', patch);
    const seen = await table('-n', 'cart', '--as=editor');
    expect(rows(seen)).toEqual(['other.example.com http /c cart', 'shop.example.com http /cart cart']);
    expect(seen.items[1]?.match?.headers).toEqual([{ name: 'x-geo', type: 'Exact', value: 'eu' }]);
    expect(seen.source).toMatchObject({ from: 'api', namespaces: ['cart'] });
    expect((seen.source as { unread: readonly string[] }).unread).toContain('httpproxies outside of cart');
    for (const command of ['routes', 'tree']) {
      const { stderr } = await contour(command, '-n', 'cart', '--as=editor');
      expect(stderr).toMatch(/^Source: objects of \S+ in cart, .*; in part, without httpproxies outside of cart, /);
    }
  });

  it('a root that includes what may not be read is unverified, not invalid', async () => {
    await role('shop', 'shopper', ['projectcontour.io', 'httpproxies'], ['', 'services']);
    const seen = await table('-n', 'shop', 'shop.example.com', '--as=shopper');
    expect(seen.items.map(({ status }) => [status.valid, status.verified])).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(seen.items[0]?.status.reasons).toMatchObject([{ reason: 'IncludeNotRead', severity: 'warning' }]);
  });
});

it('templates say what they say to kubectl', async () => {
  const services: unknown = JSON.parse(await kubectl('get', 'services', '-A', '-o', 'json'));
  for (const template of [
    '{.items[*].metadata.name}',
    '{range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\t"}{.spec.ports[0].port}{"\\n"}{end}',
    '{.items[?(@.metadata.namespace=="shop")].metadata.name}',
    "{.items[0]['metadata.name', 'metadata.namespace']}",
    '{.items[-1:].metadata.name}{.items[0:2].metadata.name}',
    '{..port}',
    '{.items[?(@.spec.clusterIP!="x")].spec.ports[*].port}',
    '{.items[0].spec.ports}',
    '{.nowhere}|{.items[0].metadata.nowhere}',
    'text {.kind} text',
  ]) {
    expect(printTemplate(parseTemplate(template), services), template).toBe(
      await kubectl('get', 'services', '-A', '-o', `jsonpath=${template}`),
    );
  }
});
