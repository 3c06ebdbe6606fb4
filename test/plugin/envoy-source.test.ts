import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CommandFailure } from '../../plugin/failure.ts';
import { envoySource, type EnvoySourceOptions } from '../../plugin/load/envoy-source.ts';
import { readEnvoy } from '../../plugin/load/read-envoy.ts';
import { printNames } from '../../plugin/output/name.ts';
import { createRouteTablePrinter } from '../../plugin/output/route-table.ts';
import { printSource } from '../../plugin/output/source.ts';
import type { RouteTable } from '../../plugin/route-table.ts';
import { readRoutes } from '../../plugin/services/routes.ts';
import { routesQuestion } from '../../plugin/services/routes-question.ts';
import { traceQuestion } from '../../plugin/services/trace-question.ts';
import { readRequest } from '../../routing/trace-request.ts';
import { dumpPaths } from '../../xds/envoy/dump/pages.ts';
import type { DumpPages } from '../../xds/envoy/dump/read-dump.ts';
import { eventually } from '../support/eventually.ts';
import { golden } from './built-plugin.ts';
import { contourPages, contourPagesWith, type FakeEnvoy, type FakeRights, heldEnvoys } from './held-envoys.ts';

const everything = { host: null, path: null, namespace: null, invalid: false };
const one: FakeEnvoy = { name: 'envoy-a', pages: contourPages() };
const two: FakeEnvoy = { name: 'envoy-b', pages: contourPages() };

interface Asking extends FakeRights {
  readonly named?: EnvoySourceOptions['named'];
}

interface Asked {
  readonly table: RouteTable;
  readonly warnings: readonly string[];
}

async function sourceOf(envoys: readonly FakeEnvoy[], { named = null, ...rights }: Asking, warnings: string[] = []) {
  const { cluster, close } = await heldEnvoys(envoys, rights);
  onTestFinished(close);
  return envoySource({ cluster, named, program: 'kubectl contour', warn: (message) => warnings.push(message) });
}

async function ask(envoys: readonly FakeEnvoy[], asking: Asking = {}): Promise<Asked> {
  const warnings: string[] = [];
  const source = await sourceOf(envoys, asking, warnings);
  return { table: await source.ask(routesQuestion(everything)), warnings };
}

/** Its message and hints, a line each. */
async function failure(asked: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CommandFailure)) throw new Error('it does not fail as a command does', { cause: error });
  return [error.message, ...error.hints];
}

const whole = { kind: null, service: null };

const traceOf = (url: string) => {
  const written = { method: null, url, headers: [], sni: null, sourceIp: null, all: false, seed: null };
  const request = readRequest(written);
  if (typeof request === 'string') throw new Error(request);
  return traceQuestion({ request, all: false, seed: null }, written);
};

describe('an Envoy of Contour', () => {
  test('its table is told in its order, by the words of the table of objects', async () => {
    const { table, warnings } = await ask([one]);
    expect(warnings).toEqual([]);
    const terminal = { interactive: false, color: false };
    const printer = createRouteTablePrinter({ wide: true, order: false, headers: true, terminal });
    await expect(printer.print(table.items)).toMatchFileSnapshot(join(golden, 'routes-envoy-contour.txt'));
    expect(printNames(table.items)).toBe(
      'httpproxy.projectcontour.io/any\ningress.networking.k8s.io/secure\nhttpproxy.projectcontour.io/root\n',
    );
  });

  test('the report says which Envoy and which version, and is as its schema says', async () => {
    const { table } = await ask([one]);
    const pods = ['projectcontour/envoy-a'];
    const source = { from: 'envoy', version: '1.36.2', cluster: 'https://cluster', pods, unread: [] };
    expect(table.source).toEqual(source);
    expect(printSource(table.source, true)).toBe('Source: the Envoy projectcontour/envoy-a, version 1.36.2\n');
    expect(printSource(table.source, false)).toBe('');
    const schema = readFileSync(new URL('../../docs/schemas/route-table.schema.json', import.meta.url), 'utf8');
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(schema) as object);
    expect(validate(table), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each<readonly [string, string, string]>([
    ['a match of no object', 'path: /healthz', 'connect_matcher: {}'],
    ['a condition of no object', "string_match: { exact: 'yes' }", 'range_match: { start: 1 }'],
    ['an action of no object', 'direct_response: { status: 200 }', 'non_forwarding_action: {}'],
    [
      'a backend that is no Service',
      'cluster: shop/web-v2/80/da39a3ee5e }\n                metadata',
      'cluster: x }\n                metadata',
    ],
  ])('%s is left out, and the answer says so', async (_name, from, to) => {
    const { table } = await ask([{ ...one, pages: contourPagesWith(from, to) }]);
    const whole = (await ask([one])).table;
    expect(table.items).toHaveLength(whole.items.length - 1);
    expect(table.source).toMatchObject({ unread: ['a route of shop.example.com (http)'] });
    expect(printSource(table.source, false)).toMatch(/; in part, without a route of shop\.example\.com \(http\)\n$/);
  });

  test('routes of a Gateway are not told, and the answer says so', async () => {
    const { table } = await ask([
      { ...one, pages: contourPagesWith('name: ingress_http\n        virtual', 'name: http-80\n        virtual') },
    ]);
    expect(table.items.map(({ host, listener }) => `${host} ${listener}`)).toEqual(['secure.example.com https']);
    expect(table.source).toMatchObject({ unread: ['the routes of http-80'] });
  });

  test('what it would answer is not worked out here', async () => {
    const source = await sourceOf([one], {});
    expect(await failure(source.ask(traceOf('http://shop.example.com/')))).toEqual([
      'the Envoy projectcontour/envoy-a was told its routes by Contour, so what it would answer is not worked out here: send the request, with --send and without --from',
      'See what it holds:  kubectl contour routes --from=envoy=projectcontour/envoy-a',
    ]);
  });
});

describe('an Envoy of this project', () => {
  const routeOf = (name: string, value: string) => ({
    match: { prefix: value },
    route: { cluster: `cart/${name}/80/da39a3ee5e` },
    metadata: {
      filter_metadata: {
        'envoy.access_loggers.file': {
          'io.projectcontour.kind': 'HTTPProxy',
          'io.projectcontour.namespace': 'cart',
          'io.projectcontour.name': name,
        },
      },
    },
  });
  const host = {
    domains: ['shop.example.com'],
    routes: [routeOf('cart', '/cart'), routeOf('root', '/')],
    metadata: { filter_metadata: { scope_fallback: { found: true } } },
  };
  const scope = { route_configuration: { name: 'http/shop.example.com', virtual_hosts: [host] } };
  const pages = {
    routes: {},
    clusters: {},
    endpoints: {},
    scopes: { configs: [{ scoped_route_configs: [scope] }] },
    listeners: { configs: [{ name: 'ingress_http', active_state: {} }] },
  };

  test('tells what it would answer, and not who declares the host, which it does not know', async () => {
    const source = await sourceOf([{ ...one, pages }], {});
    const { decision, steps, rejected } = await source.ask(traceOf('http://shop.example.com/cart/7'));
    expect(decision).toMatchObject({ type: 'Forward', source: { name: 'cart', pointer: '' } });
    expect(decision.backends).toMatchObject([{ namespace: 'cart', name: 'cart', port: 80, endpoints: null }]);
    expect(steps.map(({ stage, source: writer }) => [stage, writer?.name ?? null])).toEqual([
      ['listener', null],
      ['host', null],
      ['route', 'cart'],
      ['backend', null],
    ]);
    expect(rejected).toMatchObject([{ source: { name: 'root' }, reason: 'ShorterPrefix' }]);
  });
});

describe('several Envoys', () => {
  test('that hold the same are one answer, which says how many they are', async () => {
    const { table } = await ask([two, one, { name: 'envoy-c', isReady: false, pages: null }]);
    expect(table.items).toEqual((await ask([one])).table.items);
    expect(table.source).toMatchObject({ pods: ['projectcontour/envoy-a', 'projectcontour/envoy-b'] });
    expect(printSource(table.source, true)).toBe(
      'Source: 2 Envoys that hold the same, projectcontour/envoy-a and others, version 1.36.2\n',
    );
  });

  test('of two versions', async () => {
    const { table } = await ask([one, { ...two, version: '1.40.0' }]);
    expect(table.source).toMatchObject({ version: '1.36.2, 1.40.0' });
  });

  const other = { ...two, pages: contourPagesWith('weight: 90', 'weight: 80') };

  test('that hold different routes are named, and one of them has to be', async () => {
    expect(await failure(ask([one, other, { ...one, name: 'envoy-c' }]))).toEqual([
      'the Envoys hold different routes of shop.example.com: projectcontour/envoy-a and projectcontour/envoy-c, against projectcontour/envoy-b',
      'Ask one of them:  --from=envoy=projectcontour/envoy-a',
    ]);
    const { table } = await ask([one, other], { named: { namespace: null, name: 'envoy-b' } });
    expect(table.source).toMatchObject({ pods: ['projectcontour/envoy-b'] });
  });

  test('that differ in more than was asked are told what of it differs', async () => {
    const more = JSON.stringify(other.pages).replace('"https_redirect":true', '"host_redirect":"x.example.com"');
    const pages = JSON.parse(more) as DumpPages;
    const source = await sourceOf([one, { ...two, pages }], {});
    for (const [host, named] of [
      [null, 'secure.example.com, shop.example.com'],
      ['secure.example.com', 'secure.example.com'],
    ] as const)
      expect((await failure(source.ask(routesQuestion({ ...everything, host }))))[0]).toBe(
        `the Envoys hold different routes of ${named}: projectcontour/envoy-a, against projectcontour/envoy-b`,
      );
  });

  test('that differ elsewhere agree that a host is served nowhere', async () => {
    const query = { ...everything, host: 'nowhere.example.com' };
    const nothing = 'No routes found for host "nowhere.example.com".';
    expect(await readRoutes(await sourceOf([one, other], {}), query, whole)).toMatchObject({
      table: { items: [] },
      nothing,
    });
    expect((await readRoutes(await sourceOf([one, two], {}), query, whole)).nothing).toBe(
      `${nothing} Closest hosts: secure.example.com, shop.example.com.`,
    );
  });

  test('that differ where nobody asks are one answer', async () => {
    const source = await sourceOf([one, other], {});
    const { items } = await source.ask(routesQuestion({ ...everything, host: 'secure.example.com' }));
    expect(items).toHaveLength(2);
  });

  test('that know different endpoints know nothing of them for certain', async () => {
    const fewer = contourPagesWith('health_status: UNHEALTHY', 'health_status: HEALTHY');
    const { table } = await ask([one, { ...two, pages: fewer }]);
    const known = table.items.flatMap(({ action }) =>
      action?.type === 'Forward' ? action.backends.map(({ name, endpoints }) => [name, endpoints]) : [],
    );
    expect(Object.fromEntries(known)).toEqual({
      'a-service-with-a-very-long-name': null,
      gone: null,
      web: null,
      'web-v2': { ready: 0, total: 0 },
    });
  });

  test('of which one does not answer', async () => {
    const { table, warnings } = await ask([one, { ...two, pages: null }]);
    expect(table.source).toMatchObject({ pods: ['projectcontour/envoy-a'] });
    expect(warnings).toEqual([
      expect.stringMatching(/^the Envoy projectcontour\/envoy-b .*refused.*; it is not counted\.$/),
    ]);
  });
});

describe('no answer', () => {
  const nothing = { scopes: {}, routes: {}, clusters: {}, endpoints: {}, listeners: {} };
  const hint = 'Name one with --from=envoy=NAMESPACE/POD.';
  const role =
    'The right to create pods/portforward in namespace projectcontour is missing. This Role, bound to you, would grant it:';
  const port = "Port 9001 is its listener envoy-admin; Contour's setting network.adminPort moves or closes it.";

  test.each<readonly [string, readonly FakeEnvoy[], Asking, RegExp, string | undefined]>([
    [
      'no Envoy',
      [],
      {},
      /^no Envoy is ready in the cluster: no Pod in all namespaces is labelled app\.kubernetes\.io\/name=envoy or app=envoy$/,
      hint,
    ],
    ['none that is ready', [{ ...one, isReady: false }], {}, /: none of projectcontour\/envoy-a is$/, hint],
    [
      'none of that name',
      [one],
      { named: { namespace: null, name: 'x' } },
      /^no Envoy is called x in all namespaces: projectcontour\/envoy-a$/,
      hint,
    ],
    [
      'two of that name',
      [one, { ...one, namespace: 'b' }],
      { named: { namespace: null, name: 'envoy-a' } },
      /^2 Envoys are called envoy-a in all namespaces: b\/envoy-a, projectcontour\/envoy-a$/,
      hint,
    ],
    [
      'no such Pod',
      [one],
      { named: { namespace: 'b', name: 'envoy-a' } },
      /^there is no Pod b\/envoy-a, which --from names$/,
      undefined,
    ],
    [
      'a port that is closed',
      [{ ...one, pages: null }],
      {},
      /^no route table: the Envoy projectcontour\/envoy-a .*connection refused/,
      port,
    ],
    [
      'an Envoy that was told nothing',
      [{ ...one, pages: nothing }],
      {},
      /^no route table: the Envoy projectcontour\/envoy-a holds no routes: no controller/,
      'Whether it is connected to one is in its log, and in what sync says.',
    ],
    [
      'somebody else',
      [{ ...one, version: '' }],
      {},
      /^no route table: what answers at port 9001 of projectcontour\/envoy-a is no Envoy$/,
      undefined,
    ],
    [
      'no right to list Pods',
      [one],
      { listIn: 'nowhere' },
      /^User "kim" cannot list/,
      'The right to list pods in all namespaces is missing. This ClusterRole, bound to you, would grant it:',
    ],
    [
      'no right to port-forward',
      [one],
      { forward: false },
      /^no route table: the Envoy projectcontour\/envoy-a cannot be reached/,
      role,
    ],
  ])('%s', async (_name, envoys, asking, message, next) => {
    const [first, second] = await failure(ask(envoys, asking));
    expect(first).toMatch(message);
    expect(second).toBe(next);
  });

  test('who may list Pods in one namespace finds the Envoys there', async () => {
    const { table } = await ask([{ ...one, namespace: 'default' }], { listIn: 'default' });
    expect(table.source).toMatchObject({ pods: ['default/envoy-a'] });
  });

  test('and where a Service of Envoys is', async () => {
    const rights = { listIn: 'projectcontour', serviceIn: 'projectcontour' };
    expect((await ask([one], rights)).table.source).toMatchObject({ pods: ['projectcontour/envoy-a'] });
  });

  test('an Envoy that is told of a world without hosts has a table without rows', async () => {
    const empty = { ...nothing, listeners: { configs: [{ name: 'ingress_http', active_state: {} }] } };
    expect((await ask([{ ...one, pages: empty }])).table.items).toEqual([]);
  });
});

describe('one Envoy', () => {
  const pod = { namespace: 'projectcontour', name: 'envoy-a', isReady: true, ports: { http: 8080, https: 8443 } };
  const usualMs = 60_000;

  test('has one budget for all of its pages', async () => {
    const { cluster, close } = await heldEnvoys([one]);
    onTestFinished(close);
    const sizes = Object.values(contourPages()).map((page) => JSON.stringify(page).length);
    const most = Math.max(...sizes);
    const all = sizes.reduce((sum, size) => sum + size, 1_000);
    expect((await readEnvoy(cluster, pod, { ms: usualMs, characters: all })).version).toBe('1.36.2');
    expect(await failure(readEnvoy(cluster, pod, { ms: usualMs, characters: most + 100 }))).toEqual([
      `the Envoy projectcontour/envoy-a answered with more than ${most + 100} characters`,
    ]);
  });

  /** Answers one page with a status, once the others are asked for, and those never. */
  async function halfDead() {
    const { cluster, close } = await heldEnvoys([one]);
    onTestFinished(close);
    const asked: string[] = [];
    const ended: string[] = [];
    const server = createServer((request, response) => {
      const { url = '' } = request;
      if (url === '/server_info') {
        response.end('{"version":"abc0/1.40.0/Clean/RELEASE/BoringSSL"}');
        return;
      }
      asked.push(url);
      response.on('close', () => ended.push(url));
      if (url === dumpPaths.listeners)
        void eventually(() => expect(asked).toHaveLength(5)).then(() => response.writeHead(503).end());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => (server.closeAllConnections(), void server.close()));
    const { port } = server.address() as AddressInfo;
    return { cluster: { ...cluster, dial: async () => connect(port, '127.0.0.1') }, ended };
  }

  test('is given up with its first page that fails', async () => {
    const { cluster, ended } = await halfDead();
    expect(await failure(readEnvoy(cluster, pod))).toEqual([
      'the Envoy projectcontour/envoy-a answered with status 503: it may still be starting',
    ]);
    await eventually(() => expect(ended.toSorted()).toEqual(Object.values(dumpPaths).toSorted()));
  });
});
