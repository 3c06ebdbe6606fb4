import { describe, expect, test } from 'vitest';
import { decodeOne } from './decode-one.ts';
import { manifests } from './manifests.ts';

const proxy = manifests.HTTPProxy;

test('keeps its spec', () => {
  expect(decodeOne('HTTPProxy', proxy).spec).toEqual(proxy.spec);
});

test('has maps where the CRD has keys of the user', () => {
  const spec = { routes: [{ authPolicy: { context: { ['__proto__']: 'a', tenant: 'b' } } }] };
  expect(decodeOne('HTTPProxy', { ...proxy, spec }).spec.routes?.[0]?.authPolicy?.context).toEqual(
    new Map([
      ['__proto__', 'a'],
      ['tenant', 'b'],
    ]),
  );
});

test('without a spec has an empty one, and says so', () => {
  const { spec, problems } = decodeOne('HTTPProxy', { ...proxy, spec: undefined });
  expect(spec).toEqual({});
  expect(problems).toMatchObject([
    { pointer: '/spec', reason: 'MissingField', message: 'HTTPProxy needs the field spec' },
  ]);
});

test('tells of fields beside its spec', () => {
  const { problems } = decodeOne('HTTPProxy', { ...proxy, routes: [], stauts: {} });
  expect(problems).toMatchObject([
    { pointer: '/routes', severity: 'warning' },
    { pointer: '/stauts', message: 'HTTPProxy has no field "stauts"; did you mean status?' },
  ]);
});

test('null is no value', () => {
  const { problems } = decodeOne('HTTPProxy', { ...proxy, spec: { routes: [{ conditions: null }] } });
  expect(problems).toMatchObject([{ pointer: '/spec/routes/0/conditions', reason: 'WrongType', severity: 'error' }]);
});

describe('hostClaimedAt', () => {
  const claimed = (...conditions: unknown[]): string | null =>
    decodeOne('HTTPProxy', { ...proxy, status: { conditions } }).hostClaimedAt;
  const condition = { type: 'HostClaimed', status: 'True', lastTransitionTime: '2024-05-01T10:00:02Z' };

  test('is when the condition became true', () => {
    expect(claimed({ type: 'Valid', status: 'True', lastTransitionTime: 'x' }, condition)).toBe('2024-05-01T10:00:02Z');
  });

  test.each([
    [[]],
    [[{ ...condition, status: 'False' }]],
    [[{ ...condition, type: 'Valid' }]],
    [[{ ...condition, lastTransitionTime: 5 }]],
  ])('is null for %j', (conditions) => {
    expect(claimed(...conditions)).toBeNull();
  });

  test.each([null, 5, { conditions: 'x' }, { conditions: [null] }])('a status of %j is nobody’s fault', (status) => {
    expect(decodeOne('HTTPProxy', { ...proxy, status })).toMatchObject({ hostClaimedAt: null, problems: [] });
  });
});
