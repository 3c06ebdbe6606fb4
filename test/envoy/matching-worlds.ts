import fc from 'fast-check';
import type { HeaderMatch, HostGraph, PathMatch, QueryMatch, Route, RouteAction } from '../../routing/graph/graph.ts';
import { matchKey, scopeMatch } from '../../routing/graph/scope.ts';
import { sortRoutes } from '../../routing/graph/sort.ts';
import type { Request } from '../../routing/match/request.ts';
import { forward, hostGraph, route, saying, secureHost, service } from '../support/graphs.ts';

/** Worlds and requests over so few letters that most requests fit several routes. */
const pathMatch: fc.Arbitrary<PathMatch> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('Prefix' as const),
      value: fc.constantFrom('/', '/a', '/b', '/a/', '/ab', '/a/b', '/a%2Fb', '/A'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('SegmentPrefix' as const),
      value: fc.constantFrom('/a', '/b', '/ab', '/a/b', '/a?b'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('Exact' as const),
      value: fc.constantFrom('/', '/a', '/a/', '/a/b', '/b', '/ab'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('Regex' as const),
      value: fc.constantFrom('/a.*', '/.*b', '/.*a', '/[ab]+', '/(a|b)/.*', '/.*', '/(?i)a.*', '/a|/b'),
    }),
  },
);

const names = ['x-a', 'x-a', 'x-a', 'x-b', 'x-b', ':method', ':authority', 'host', ':path', ':scheme'];
const ofEnvoy = ['accept', 'x-envoy-max-retries', 'x-forwarded-proto', 'x-forwarded-for', 'x-request-id'];
const values = ['1', '2', 'a', 'A', 'a,1', 'GET', 'http', 'world.test'];

const headerMatch: fc.Arbitrary<HeaderMatch> = fc
  .record({
    name: fc.constantFrom(...names, ...names, ...ofEnvoy),
    type: fc.constantFrom('Exact', 'Exact', 'Regex', 'Contains', 'Present'),
    value: fc.constantFrom(...values),
    invert: fc.boolean(),
    ignoreCase: fc.boolean(),
    treatMissingAsEmpty: fc.boolean(),
  })
  .map(withoutGuessing)
  .map(({ type, value, treatMissingAsEmpty, ...more }) => ({
    ...more,
    type,
    value: type === 'Present' ? '' : type === 'Regex' ? `.*${value}|1.?` : value,
    treatMissingAsEmpty: treatMissingAsEmpty && more.invert,
  }));

/** What Envoy makes up is known to be there, and of the address that it adds, that it has no letters. */
function withoutGuessing<T extends Pick<HeaderMatch, 'name' | 'type' | 'value'>>(match: T): T {
  if (match.name === 'x-request-id') return { ...match, type: 'Present' };
  return match.name === 'x-forwarded-for' ? { ...match, type: 'Contains', value: 'a' } : match;
}

const queryMatch: fc.Arbitrary<QueryMatch> = fc
  .record({
    name: fc.constantFrom('q', 'q', 'q', 'r', 'Q'),
    type: fc.constantFrom('Exact', 'Regex', 'Prefix', 'Suffix', 'Contains', 'Present'),
    value: fc.constantFrom('1', 'a', 'A', '11', '%31', ''),
    ignoreCase: fc.boolean(),
  })
  .map(({ type, value, ...more }) => ({
    ...more,
    type,
    value: type === 'Present' ? '' : type === 'Regex' ? `[a1]*${value}` : value || '1',
  }));

const action: fc.Arbitrary<RouteAction | null> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant<RouteAction>({ type: 'Redirect', scheme: 'https', status: 301 }) },
  { weight: 1, arbitrary: fc.constant<RouteAction>({ type: 'Error', status: 502, reason: 'IncludeNotFound' }) },
  {
    weight: 1,
    arbitrary: fc.boolean().map((websockets): RouteAction => ({ ...forward(service('none')), websockets })),
  },
);

interface Parts {
  readonly path: PathMatch;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
  readonly action: RouteAction | null;
}

/** Routes of all kinds. */
const mixed: fc.Arbitrary<readonly Parts[]> = fc.array(
  fc.record({
    path: pathMatch,
    headers: fc.array(headerMatch, { maxLength: 2 }),
    query: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(queryMatch, { maxLength: 2 })),
    action,
  }),
  { minLength: 1, maxLength: 10 },
);

/** Values that differ from one in a field, one of these more often than another. */
function siblings<T extends object>(value: fc.Arbitrary<T>, fields: readonly (keyof T)[]): fc.Arbitrary<readonly T[]> {
  return value.chain((first) =>
    fc.array(
      fc
        .tuple(value, fc.constantFrom(...fields, ...(Object.keys(first) as (keyof T)[])))
        .map(([other, field]) => ({ ...first, [field]: other[field] })),
      { minLength: 6, maxLength: 10 },
    ),
  );
}

const rivalHeaders = siblings(
  fc.record({
    name: fc.constantFrom('x-a', 'x-b'),
    type: fc.constantFrom('Exact', 'Exact', 'Contains', 'Regex', 'Present'),
    value: fc.constantFrom('1', 'a'),
    invert: fc.boolean(),
    ignoreCase: fc.boolean(),
    treatMissingAsEmpty: fc.boolean(),
  }),
  ['invert', 'ignoreCase'],
).map((matches) => matches.map((match) => ({ ...match, value: match.type === 'Present' ? '' : match.value })));

const rivalQueries = siblings(
  fc.record({
    name: fc.constantFrom('q', 'r'),
    type: fc.constantFrom('Exact', 'Regex', 'Prefix', 'Suffix', 'Contains', 'Present'),
    value: fc.constantFrom('1', '11', 'a'),
    ignoreCase: fc.boolean(),
  }),
  ['value', 'ignoreCase'],
).map((matches) => matches.map((match) => ({ ...match, value: match.type === 'Present' ? '' : match.value })));

const rivalPaths = fc.array(
  fc.constantFrom<PathMatch>(
    { type: 'Regex', value: '/.*' },
    { type: 'Regex', value: '/.+' },
    { type: 'Prefix', value: '/a' },
    { type: 'SegmentPrefix', value: '/a' },
  ),
  { minLength: 2, maxLength: 4 },
);

const asked = (name: string): readonly QueryMatch[] => [
  { name, type: 'Present', value: '', ignoreCase: false },
  { name, type: 'Contains', value: '1', ignoreCase: true },
];

const everything: PathMatch = { type: 'Prefix', value: '/' };

/** Routes so much alike that only the order between them says which one answers. */
const rivals: fc.Arbitrary<readonly Parts[]> = fc.oneof(
  rivalHeaders.map((all) => all.map((each) => ({ path: everything, headers: [each], query: [], action: null }))),
  rivalQueries.map((all) => all.map((each) => ({ path: everything, headers: [], query: [each], action: null }))),
  fc
    .array(fc.subarray<QueryMatch>(['q', 'r'].flatMap(asked), { maxLength: 3 }), { minLength: 3, maxLength: 6 })
    .map((all) => all.map((each) => ({ path: everything, headers: [], query: each, action: null }))),
  rivalPaths.map((all) => all.map((each) => ({ path: each, headers: [], query: [], action: null }))),
);

/** The routes of one host as the graph has them: each match once, in the order in which they are emitted. */
const routes: fc.Arbitrary<readonly Route[]> = fc.oneof(mixed, rivals).map((parts) => {
  const found = new Map<string, Route>();
  for (const { path, headers, query, action: given } of parts) {
    const match = { ...scopeMatch({ prefix: '', headers, query }), path };
    const key = matchKey(match);
    found.set(key, route(match, given ?? saying(key)));
  }
  return sortRoutes([...found.values()]);
});

const labels = ['a', 'b', 'world', 'x-y', '1'];
const parents = ['test', 'a.test', 'b.a.test', 'a.b.a.test'];
const hostNames: readonly string[] = [
  'single',
  '10.0.0.1',
  '*',
  ...parents.flatMap((parent) => [`*.${parent}`, ...labels.map((label) => `${label}.${parent}`)]),
];

/** Most are declared. The certificate is the same everywhere: nobody looks at it. */
export const hosts: fc.Arbitrary<readonly HostGraph[]> = fc
  .subarray([...hostNames], { minLength: 18 })
  .chain((declared) =>
    fc.tuple(
      ...declared.map((name) =>
        fc.record({ name: fc.constant(name), plain: routes, secure: fc.option(routes, { freq: 2 }), both: fc.nat(7) }),
      ),
    ),
  )
  .map((all) =>
    all.map(({ name, plain, secure, both }) => {
      const hasTls = secure !== null && name !== '*' && name !== '10.0.0.1';
      const behindTls = hasTls ? secureHost('any', secure) : null;
      return hostGraph(name, both === 0 && hasTls ? [] : plain, behindTls);
    }),
  );

const spelled = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(5), fc.constantFrom('', '', '', '', ':80', ':443', ':8080', ':', ':x', '.', ':80:90'))
    .map(([upper, end]) => (upper === 0 ? name.toUpperCase() : name) + end);

const authority = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostNames.filter((name) => !name.startsWith('*'))).chain(spelled) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'c.test',
      'd.a.test',
      'c.d.test',
      '-.test',
      '_.a.test',
      'a..test',
      '.test',
      '*',
      '*.test',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('c.b.a.test', 'other', 'test', '[::1]').chain(spelled) },
);

const path = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('/', '/a', '/a/', '/b', '/ab', '/a/b', '/a/b/c', '/aab', '/A', '/c') },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '/',
          '/',
          'a',
          'b',
          '.',
          '..',
          '%2e',
          '%2F',
          '%61',
          '%36',
          '%',
          '%',
          '6',
          '\\',
          '|',
          '^',
          '~',
          '%7e',
          '%00',
        ),
        { maxLength: 7 },
      )
      .map((pieces) => `/${pieces.join('')}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('//', '/a//b', '/./a', '/b/../a', '/a%2fb', '/%C3%A9', '/a;x=1', '/a%5cb') },
);

const query = fc.oneof(
  fc.constant(''),
  fc
    .array(
      fc.tuple(
        fc.constantFrom('q', 'q', 'q', 'r', 'Q', '%71', ''),
        fc.constantFrom('', '=', '=1', '=a', '=A', '=11', '=%31', '=='),
      ),
      { maxLength: 3 },
    )
    .map((parts) => `?${parts.map((part) => part.join('')).join('&')}`),
);

const header = fc.record({
  name: fc.constantFrom(
    'x-a',
    'x-a',
    'X-A',
    'x-b',
    'accept',
    'x-envoy-max-retries',
    'x-request-id',
    'x-forwarded-proto',
    'x-forwarded-for',
  ),
  value: fc.constantFrom('1', '1', '2', 'a', 'A', '1a', '', ' 1 '),
});

const websocket = [
  { name: 'connection', value: 'keep-alive, Upgrade' },
  { name: 'upgrade', value: 'websocket' },
];

/** Over plain HTTP, from the machine itself. */
export const plainRequest: fc.Arbitrary<Request> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'PURGE'),
    scheme: fc.constant('http' as const),
    authority,
    path: fc.tuple(path, query).map((parts) => parts.join('')),
    headers: fc.array(header, { maxLength: 3 }),
    sni: fc.constant(null),
    sourceIp: fc.constant('127.0.0.1'),
    upgrade: fc.nat(15),
  })
  .map(({ upgrade, ...request }) => ({
    ...request,
    headers: upgrade === 0 ? [...request.headers, ...websocket] : request.headers,
  }));

const sni = fc.oneof(
  fc.constantFrom(...hostNames.filter((name) => /^[a-z]/.test(name))),
  fc.constantFrom('c.test', 'd.a.test', 'c.d.b.a.test', 'A.test', 'other', 'test'),
);

/** Behind one handshake: most ask for the host that they shook hands for. */
export const secureRequests: fc.Arbitrary<readonly Request[]> = sni.chain((name) =>
  fc.array(
    fc
      .tuple(plainRequest, fc.oneof({ weight: 3, arbitrary: spelled(name) }, { weight: 1, arbitrary: authority }))
      .map(([request, asked]) => ({ ...request, scheme: 'https' as const, sni: name, authority: asked })),
    { minLength: 10, maxLength: 10 },
  ),
);
