import { describe, expect, it } from 'vitest';
import { createCompiler } from '../../routing/compile.ts';
import type { Graph, HostName } from '../../routing/graph/graph.ts';
import { bounds, defaultSettings } from '../../routing/graph/settings.ts';
import type { HTTPProxy } from '../../routing/objects/kubernetes-object.ts';
import type { RefKey } from '../../routing/objects/ref.ts';

const host = 'shop.example.com' as HostName;
const answer = { directResponsePolicy: { statusCode: 200 } };

function proxy(name: string, spec: HTTPProxy['spec']): HTTPProxy {
  const metadata = { namespace: 'shop', name, generation: 1, creationTimestamp: null, annotations: new Map() };
  return { kind: 'HTTPProxy', metadata, problems: [], hostClaimedAt: null, spec };
}

/** Compiles, and says how long it took; the first time by itself, so that the code is warm. */
function compile(objects: readonly HTTPProxy[]): { readonly graph: Graph; readonly milliseconds: number } {
  const compiler = createCompiler(defaultSettings, { inspectKeyPair: () => ({ valid: true }) });
  const started = performance.now();
  compiler.apply(objects.map((object) => ({ type: 'upsert', object })));
  return { graph: compiler.graph, milliseconds: performance.now() - started };
}

function routesOf(graph: Graph): number {
  return graph.hosts.get(host)?.routes.length ?? 0;
}

function reasonsOf(graph: Graph): ReadonlySet<string> {
  return new Set([...graph.objects.values()].flatMap(({ diagnostics }) => diagnostics.map(({ reason }) => reason)));
}

/** Every level includes the next one `fan` times; without conditions, all of it is the same over and over. */
function diamond(depth: number, fan: number, conditional: boolean): readonly HTTPProxy[] {
  const below = (level: number): HTTPProxy['spec'] => ({
    routes: [{ conditions: [{ prefix: `/r${level}` }], ...answer }],
    includes: Array.from({ length: level === depth ? 0 : fan }, (_, index) => ({
      name: `level-${level + 1}`,
      ...(conditional ? { conditions: [{ prefix: `/${index}` }] } : {}),
    })),
  });
  const levels = Array.from({ length: depth }, (_, index) => proxy(`level-${index + 1}`, below(index + 1)));
  return [proxy('root', { virtualhost: { fqdn: host }, ...below(0) }), ...levels];
}

describe('includes that multiply', () => {
  it.each([
    [8, 2],
    [20, 2],
    [30, 2],
    [20, 3],
    [8, 10],
    [30, 10],
  ])('a diamond of depth %i and fan %i stays within the bounds', (depth, fan) => {
    const { graph, milliseconds } = compile(diamond(depth, fan, true));
    expect(routesOf(graph)).toBeLessThanOrEqual(bounds.routes);
    expect(routesOf(graph)).toBeGreaterThan(0);
    expect(reasonsOf(graph).has('TooManyIncludes')).toBe(fan ** depth > bounds.includes);
    expect(milliseconds).toBeLessThan(2_000);
  });

  it('a diamond without conditions is the same work, though it makes few routes', () => {
    const { graph, milliseconds } = compile(diamond(20, 2, false));
    expect(routesOf(graph)).toBe(21);
    expect(reasonsOf(graph)).toContain('TooManyIncludes');
    expect(milliseconds).toBeLessThan(2_000);
  });

  it.each(['the same', 'none that can be matched'])(
    'one large child included thousands of times, its routes %s',
    (kind) => {
      const prefix = kind === 'the same' ? '/x' : 'x';
      const routes = Array.from({ length: 2_000 }, (_, index) => ({
        conditions: [{ prefix: prefix + index }],
        ...answer,
      }));
      const includes = Array.from({ length: 5_000 }, () => ({ name: 'child' }));
      const { graph, milliseconds } = compile([
        proxy('root', { virtualhost: { fqdn: host }, includes }),
        proxy('child', { routes }),
      ]);
      expect(routesOf(graph)).toBe(kind === 'the same' ? 2_000 : 0);
      expect(reasonsOf(graph)).toContain('TooManyIncludes');
      expect(milliseconds).toBeLessThan(3_000);
    },
  );

  it('what came before the include that crosses the bound serves, in document order', () => {
    const objects = diamond(20, 2, true);
    const { graph } = compile(objects);
    const paths = new Set(graph.hosts.get(host)?.routes.map(({ match }) => match.path.value));
    expect(paths).toContain('/r0');
    expect(paths).toContain(`${'/0'.repeat(20)}/r20`);
    expect(paths).not.toContain(`${'/1'.repeat(20)}/r20`);
  });

  it('a chain longer than the bound is cut there, and told', () => {
    const { graph } = compile(diamond(1_000, 1, true));
    expect(routesOf(graph)).toBe(bounds.depth);
    expect(reasonsOf(graph)).toContain('TooDeep');
    expect(graph.objects.get('HTTPProxy/shop/level-31' as RefKey)?.currentStatus).toBe('invalid');
    expect(graph.objects.get('HTTPProxy/shop/level-32' as RefKey)?.currentStatus).toBe('orphaned');
  });

  it('a cycle of a thousand ends, and so does one that no root reaches', () => {
    const ring = Array.from({ length: 1_000 }, (_, index) =>
      proxy(`ring-${index}`, { includes: [{ name: `ring-${(index + 1) % 1_000}` }], routes: [answer] }),
    );
    const adrift = compile(ring).graph;
    expect([...adrift.objects.values()].every(({ currentStatus }) => currentStatus === 'orphaned')).toBe(true);
    const root = proxy('root', { virtualhost: { fqdn: host }, includes: [{ name: 'ring-0' }] });
    const { graph, milliseconds } = compile([root, ...ring]);
    expect(routesOf(graph)).toBe(1);
    expect(milliseconds).toBeLessThan(1_000);
  });

  it.each([
    [500, 5],
    [2_000, 10],
  ])('%i includes with %i header conditions each', (count, headers) => {
    const includes = Array.from({ length: count }, (_, index) => ({
      name: 'child',
      conditions: Array.from({ length: headers }, (_header, at) => ({
        header: { name: `X-${at}`, exact: `${index}` },
      })),
    }));
    const { graph, milliseconds } = compile([
      proxy('root', { virtualhost: { fqdn: host }, includes }),
      proxy('child', { routes: [answer] }),
    ]);
    expect(routesOf(graph)).toBe(count);
    expect(milliseconds).toBeLessThan(2_000);
  });

  it('many header conditions in one route', () => {
    const conditions = Array.from({ length: 2_000 }, (_, index) => ({
      header: { name: 'X-A', notcontains: `${index}` },
    }));
    const { graph, milliseconds } = compile([
      proxy('root', { virtualhost: { fqdn: host }, routes: [{ conditions, ...answer }] }),
    ]);
    expect(routesOf(graph)).toBe(1);
    expect(milliseconds).toBeLessThan(2_000);
  });
});
