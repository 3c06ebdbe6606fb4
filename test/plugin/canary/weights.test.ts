import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { planWeight } from '../../../plugin/services/canary/plan-weight.ts';
import { isProblem } from '../../../plugin/services/change/problem.ts';
import { parseServiceRef, routesOf } from '../../../plugin/services/canary/proxy.ts';
import { recordOf } from '../../../plugin/services/canary/record.ts';
import { parseWeightWish } from '../../../plugin/services/canary/weights.ts';
import { context, done, proxyOf, told, weightsOf } from './proxies.ts';

interface Flags {
  readonly to?: string;
  readonly stable?: string;
  readonly route?: string;
  readonly allRoutes?: true;
  readonly raw?: true;
}

function plan(proxy: JsonObject, weight: string, flags: Flags = {}) {
  const wish = parseWeightWish(weight, flags.raw ?? false);
  if (isProblem(wish)) return wish;
  const { route = null, allRoutes = false } = flags;
  const [to, stable] = [parseServiceRef(flags.to ?? ''), parseServiceRef(flags.stable ?? '')];
  return planWeight(proxy, { wish, route, allRoutes, to, stable }, context);
}

describe('new weights', () => {
  test.each<[string, string, string, Flags, string]>([
    ['of two, the one that gets nothing is the canary', 'v1=100 v2=0', '20', {}, 'v1=80 v2=20'],
    ['a service without a weight beside one that has some gets nothing', 'v1=100 v2', '20', {}, 'v1=80 v2=20'],
    ['a percent sign is welcome', 'v1=100 v2=0', '20%', {}, 'v1=80 v2=20'],
    ['the canary is named', 'v1=90 v2=10', '20', { to: 'v2' }, 'v1=80 v2=20'],
    ['the stable one is named', 'v1=90 v2=10', '20', { stable: 'v1' }, 'v1=80 v2=20'],
    ['without any weights all share alike', 'v1 v2 v3', '10', { to: 'v3' }, 'v1=45 v2=45 v3=10'],
    ['all 0 means the same', 'v1=0 v2=0 v3=0', '10', { to: 'v3' }, 'v1=45 v2=45 v3=10'],
    ['the others share as they shared', 'v1=60 v2=30 v3=10', '40', { to: 'v3' }, 'v1=40 v2=20 v3=40'],
    ['the largest remainder gets what is left', 'v1=1 v2=1 v3=1 v4=0', '0', { to: 'v4' }, 'v1=34 v2=33 v3=33 v4=0'],
    ['a sum of its own becomes 100', 'v1=3 v2=1', '50', { to: 'v2' }, 'v1=50 v2=50'],
    ['all of it', 'v1=80 v2=20', '100', { to: 'v2' }, 'v1=0 v2=100'],
    ['and back from all of it', 'v1=0 v2=100', '30', { to: 'v2' }, 'v1=70 v2=30'],
    ['a mirror is not counted', 'v1=100 v2=0 shadow!=50', '20', {}, 'v1=80 v2=20 mirror'],
    ['a port tells services of one name apart', 'v=100 v:81=0', '20', { to: 'v:81' }, 'v=80 v:81=20'],
    ['each is named', 'v1=90 v2=10', 'v1=70,v2=30', {}, 'v1=70 v2=30'],
    ['in any order', 'v1=90 v2=10', 'v2=30,v1=70', {}, 'v1=70 v2=30'],
    ['with any sum', 'v1=90 v2=10', 'v1=995,v2=5', { raw: true }, 'v1=995 v2=5'],
    ['#N is a route', '/a v1=100 v2=0', '20', { route: '#0' }, 'v1=80 v2=20'],
    ['and so is its path', '/a v1=100 v2=0', '20', { route: '/a' }, 'v1=80 v2=20'],
  ])('%s', (_, before, weight, flags, after) => {
    const proxy = proxyOf(before);
    expect(weightsOf(done(proxy, plan(proxy, weight, flags)))).toEqual([after]);
  });

  test('several routes move together, and routes of one service stay', () => {
    const proxy = proxyOf('/a v1=100 v2=0', '/b v1', '/c v3=50 v1=50 v2=0');
    const after = done(proxy, plan(proxy, '10', { to: 'v2', allRoutes: true }));
    expect(weightsOf(after)).toEqual(['v1=90 v2=10', 'v1', 'v3=45 v1=45 v2=10']);
  });

  test('what is so already is no change', () => {
    expect(plan(proxyOf('v1=80 v2=20'), '20', { to: 'v2' })).toMatchObject({ operations: [] });
  });

  test('the canary that was named once is remembered', () => {
    const proxy = proxyOf('v1=90 v2=10');
    const once = done(proxy, plan(proxy, '20', { to: 'v2' }));
    expect(weightsOf(done(once, plan(once, '50')))).toEqual(['v1=50 v2=50']);
  });
});

describe('a patch that fits one world only', () => {
  test('tests the conditions and all services, then replaces', () => {
    const proxy = proxyOf('/a v1', '/b v1=90 v2=10 shadow!');
    const result = plan(proxy, '20', { to: 'v2' });
    if (isProblem(result)) return expect.fail(result.problem);
    const { routes } = proxy['spec'] as {
      readonly routes: readonly { readonly conditions: unknown; readonly services: unknown }[];
    };
    expect(result.operations.slice(2)).toEqual([
      { op: 'test', path: '/spec/routes/1/conditions', value: routes[1]?.conditions },
      { op: 'test', path: '/spec/routes/1/services', value: routes[1]?.services },
      { op: 'replace', path: '/spec/routes/1/services/0/weight', value: 80 },
      { op: 'replace', path: '/spec/routes/1/services/1/weight', value: 20 },
    ]);
    expect(result.operations.slice(0, 2)).toMatchObject([
      { op: 'test', path: '/metadata/annotations', value: null },
      { op: 'add', path: '/metadata/annotations' },
    ]);
  });

  test('a route that is put in before does not get the weights of another', () => {
    const proxy = proxyOf('/a v1=100 v2=0');
    const inserted = proxyOf('/new v1=100 v2=0', '/a v1=100 v2=0');
    expect(() => done(inserted, plan(proxy, '20'))).toThrow('different');
  });

  test('nor does one that had no conditions', () => {
    const proxy = proxyOf('v1=100 v2=0');
    const inserted = proxyOf('/new v1=100 v2=0', 'v1=100 v2=0');
    expect(() => done(inserted, plan(proxy, '20'))).toThrow('different');
  });
});

test('the record holds what was there first, and every move', () => {
  const proxy = proxyOf('/a v1=100 v2=0');
  const once = done(proxy, plan(proxy, '20'));
  const twice = done(
    once,
    planWeight(
      once,
      { wish: { type: 'share', percent: 50 }, route: null, allRoutes: false, to: null, stable: null },
      { ...context, by: 'ann', at: '2026-11-21T13:00:00Z' },
    ),
  );
  expect(recordOf(twice)).toEqual({
    canary: 'v2',
    by: 'kim',
    since: '2026-11-21T12:00:00Z',
    steps: [],
    routes: [
      {
        conditions: [{ prefix: '/a' }],
        weights: new Map([
          ['v1', 100],
          ['v2', 0],
        ]),
      },
    ],
    addedRoutes: [],
    includes: [],
    addedIncludes: [],
    history: [
      { at: '2026-11-21T12:00:00Z', by: 'kim', from: 0, to: 20 },
      { at: '2026-11-21T13:00:00Z', by: 'ann', from: 20, to: 50 },
    ],
    run: null,
  });
});

describe('refused, with what to do about it', () => {
  const allZero = [
    'weights would all be 0: Contour would split evenly',
    'Let one of them have all: --weight v1=100,v2=0',
  ];
  const wrong = (weight: string, most = 100) =>
    `--weight takes SERVICE=N with a whole number N from 0 to ${most}, not "${weight}"`;
  const whole = (weight: string) => [
    `--weight takes a whole number from 0 to 100, or SERVICE=N for each service, not "${weight}"`,
    'Finer shares: --weight web-v1=995,web-v2=5 --raw',
  ];
  test.each<[string, string, Flags, readonly string[]]>([
    ['v1=100 v2=0', '-1', {}, whole('-1')],
    ['v1=100 v2=0', 'NaN', {}, whole('NaN')],
    ['v1=100 v2=0', '1e9', {}, whole('1e9')],
    ['v1=100 v2=0', '101', {}, whole('101')],
    ['v1=100 v2=0', '0.5', {}, whole('0.5')],
    ['v1=100 v2=0', 'v1=-1,v2=101', {}, [wrong('v1=-1')]],
    ['v1=100 v2=0', 'v1=1e2,v2=0', {}, [wrong('v1=1e2')]],
    ['v1=100 v2=0', 'v1=50,v2', {}, [wrong('v2')]],
    ['v1=100 v2=0', 'v1=99999999999,v2=0', { raw: true }, [wrong('v1=99999999999', 4294967295)]],
    ['v1=100 v2=0', 'v1=0,v2=0', {}, allZero],
    ['v1=100 v2=0', 'v1=0,v2=0', { raw: true }, allZero],
    [
      'v1=100 v2=0',
      'v1=1,v2=2',
      {},
      ['the weights add up to 3, not to 100', 'With --raw they are written as they are: v1 33.33%, v2 66.67%'],
    ],
    ['v1=100 v2=0', 'v1=70,v3=30', {}, ['v3 is not there: the route has v1:80, v2:80']],
    ['v1=100 v2=0', 'v1=100', {}, ['--weight does not name v2:80: add v2:80=0']],
    ['v1=100 v2=0', 'v1=50,v2=20,v2=30', {}, ['--weight names v2:80 twice']],
    ['v=100 v:81=0', 'v=50,v:81=50', {}, ['v stands for several services, add the port: the route has v:80, v:81']],
    [
      'v1=100 v2=0',
      '20',
      { to: 'v3' },
      ['no route of the object shares its requests with service v3', '  #0  prefix /  v1:80=100 v2:80=0'],
    ],
    [
      'v1=100 v2=0',
      '20',
      { route: '/', allRoutes: true },
      ['--route and --all-routes both say which routes are meant: give one of them'],
    ],
    ['v1=100 v2=0', '20', { route: '#7' }, ['the object has no route #7', '  #0  prefix /  v1:80=100 v2:80=0']],
    [
      '/api v1=100 v2=0',
      '20',
      { route: '/apo' },
      ['the object has no route /apo; did you mean /api?', '  #0  prefix /api  v1:80=100 v2:80=0'],
    ],
    [
      'v1=90 v2=10',
      '20',
      {},
      [
        'which service of route prefix / is the canary?',
        '   90%  v1:80   kubectl contour canary web --to v1 …',
        '   10%  v2:80   kubectl contour canary web --to v2 …',
      ],
    ],
    [
      'v1=100',
      '20',
      {},
      [
        'no weighted route: no route of the object has two services or more',
        'Add the other version first: kubectl contour canary start web --to SERVICE',
      ],
    ],
    ['v1=50 v2=50', '20', { to: 'v1', stable: 'v1' }, ['--to and --stable name the same service']],
  ])('%s --weight %s %j', (before, weight, flags, said) => {
    expect(told(plan(proxyOf(before), weight, flags))).toEqual(said);
  });

  test('several routes, and nobody said which', () => {
    expect(told(plan(proxyOf('/a v1=100 v2=0', '/b v1=50 v2=50'), '20'))).toEqual([
      '2 routes of web could be meant',
      '  #0  prefix /a  v1:80=100 v2:80=0',
      '  #1  prefix /b  v1:80=50 v2:80=50',
      "All of them: kubectl contour canary web --all-routes …   one of them: --route '#0'",
    ]);
  });
});

test('a share is exact, adds up to 100 and keeps the order of the others, whatever was there', () => {
  const group = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(group, fc.integer({ min: 0, max: 100 }), fc.nat(), (weights, percent, pick) => {
      const canary = pick % weights.length;
      const proxy = proxyOf(weights.map((weight, index) => `v${index}=${weight}`).join(' '));
      const after = done(proxy, plan(proxy, String(percent), { to: `v${canary}` }));
      const next = routesOf(after)[0]?.group.map(({ weight }) => weight ?? 0) ?? [];
      expect(next[canary]).toBe(percent);
      expect(next.reduce((sum, weight) => sum + weight, 0)).toBe(100);
      const others = weights.map((_, index) => index).filter((index) => index !== canary);
      for (const left of others)
        for (const right of others)
          if ((weights[left] ?? 0) > (weights[right] ?? 0)) expect(next[left]).toBeGreaterThanOrEqual(next[right] ?? 0);
    }),
  );
});
