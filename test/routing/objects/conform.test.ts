import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conform } from '../../../routing/objects/conform.ts';
import type { Problem } from '../../../routing/objects/diagnostic.ts';
import { httpProxySpecSchema } from '../../../routing/objects/generated/http-proxy.ts';
import { wholeOf } from '../../../routing/objects/place.ts';
import type { Schema, Shape } from '../../../routing/objects/schema.ts';
import { admitted, mutated } from './crd-arbitrary.ts';
import { readCrd, specSchema } from './crds.ts';

function check<const S extends Schema>(schema: S, raw: unknown): { value: Shape<S> | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  const value = conform(schema, raw, wholeOf('spec', problems));
  return { value, problems };
}

const httpProxySpec = specSchema(readCrd('httpproxies'));

describe('against the CRD', () => {
  test('whatever it admits has no problem', () => {
    fc.assert(
      fc.property(admitted(httpProxySpec), (spec) => {
        expect(check(httpProxySpecSchema, spec).problems).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('it refuses what a validator of JSON schemas refuses, and nothing else', () => {
    const validate = jsonSchemas().compile(httpProxySpec);
    let refused = 0;
    fc.assert(
      fc.property(admitted(httpProxySpec).chain(mutated), (spec) => {
        const errors = check(httpProxySpecSchema, spec).problems.filter(({ reason }) => reason !== 'UnknownField');
        // JSON has no undefined, and neither has what is validated.
        const valid = validate(withoutUndefined(spec));
        if (!valid) refused += 1;
        expect(errors.length === 0, JSON.stringify(validate.errors)).toBe(valid);
      }),
      { numRuns: 600 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

/** Formats are words to a validator, until told what they ask for. */
function jsonSchemas(): Ajv {
  const ajv = new Ajv({ strict: false });
  ajv.addFormat('int32', { type: 'number', validate: (value: number) => value === (value | 0) });
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  return ajv;
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : withoutUndefined(item)));
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.map(([key, child]) => [key, withoutUndefined(child)]));
}

describe('sentences', () => {
  const service = {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string', minLength: 1 } },
  } as const;
  const cases: readonly [Schema, unknown, Problem['reason'], string][] = [
    [{ type: 'integer' }, 'ten', 'WrongType', 'x must be a whole number, got the text "ten"'],
    [{ type: 'integer' }, 1.5, 'WrongType', 'x must be a whole number, got the number 1.5'],
    [
      { type: 'integer', minimum: 0 },
      -1,
      'InvalidValue',
      'x must be a whole number from 0 to 9007199254740991, got the number -1',
    ],
    [
      { type: 'integer', maximum: 5 },
      NaN,
      'InvalidValue',
      'x must be a whole number from -9007199254740991 to 5, got the number NaN',
    ],
    [
      { type: 'integer', minimum: 0 },
      2 ** 53,
      'InvalidValue',
      'x must be a whole number from 0 to 9007199254740991, got the number 9007199254740992',
    ],
    [{ type: 'integer', enum: [301, 302] }, 303, 'InvalidValue', 'x must be 301 or 302, got the number 303'],
    [{ type: 'string' }, 8080, 'WrongType', 'x must be text, got the number 8080: put it in quotes'],
    [{ type: 'string' }, true, 'WrongType', 'x must be text, got true: put it in quotes'],
    [{ type: 'string' }, null, 'WrongType', 'x must be text, got nothing'],
    [{ type: 'string', minLength: 1 }, '', 'InvalidValue', 'x must be given, got the text ""'],
    [{ type: 'string', maxLength: 2 }, 'abc', 'InvalidValue', 'x must be at most 2 characters, got the text "abc"'],
    [
      { type: 'string', enum: ['Peer', 'Remote'] },
      'peer',
      'InvalidValue',
      'x must be Peer or Remote (did you mean Peer?), got the text "peer"',
    ],
    [
      { type: 'string', pattern: 'duration' },
      '5',
      'InvalidValue',
      'x must be a duration like 250ms or 1h30m, got the text "5"',
    ],
    [{ type: 'boolean' }, 'yes', 'WrongType', 'x must be true or false, got the text "yes"'],
    [{ type: 'int-or-string' }, true, 'WrongType', 'x must be a whole number or text, got true'],
    [{ type: 'array', items: service }, {}, 'WrongType', 'x must be a list, got an object'],
    [{ type: 'array', items: service, minItems: 1 }, [], 'InvalidValue', 'x must be a list of at least 1, got a list'],
    [
      { type: 'array', items: { type: 'string' }, maxItems: 1 },
      ['a', 'b'],
      'InvalidValue',
      'x must be a list of at most 1, got a list',
    ],
    [{ type: 'map', values: { type: 'string' } }, [], 'WrongType', 'x must be an object, got a list'],
    [service, 'a', 'WrongType', 'x must be an object, got the text "a"'],
  ];

  test.each(cases)('%j with %j', (schema, value, reason, message) => {
    const { value: kept, problems } = check({ type: 'object', properties: { x: schema } }, { x: value });
    expect(problems).toEqual([{ pointer: '/x', reason, message, severity: 'error' }]);
    expect(kept).toEqual({});
  });

  test('a missing field is told by its own pointer', () => {
    const { problems } = check({ type: 'object', properties: { x: service } }, { x: {} });
    expect(problems).toEqual([
      { pointer: '/x/name', reason: 'MissingField', message: 'x needs the field name', severity: 'error' },
    ]);
  });

  test('long texts are cut', () => {
    const [problem] = check({ type: 'boolean' }, 'a'.repeat(1_000_000)).problems;
    expect(problem?.message.length).toBeLessThan(100);
  });
});

describe('unknown fields', () => {
  const spec = (raw: unknown): Problem[] => check(httpProxySpecSchema, raw).problems;

  test('are dropped with a warning that names the field that was meant', () => {
    expect(check(httpProxySpecSchema, { includs: [] })).toEqual({
      value: {},
      problems: [
        {
          pointer: '/includs',
          reason: 'UnknownField',
          message: 'spec has no field "includs"; did you mean includes?',
          severity: 'warning',
        },
      ],
    });
  });

  test('have no suggestion where nothing is near', () => {
    expect(spec({ comment: 'x' })).toMatchObject([{ message: 'spec has no field "comment"; it has no effect' }]);
  });

  test.each([
    ['virtualhost', { virtualhost: { fqdn: 'a', tsl: {} } }, '/virtualhost/tsl'],
    ['virtualhost', { virtualhost: { fqdn: 'a', jwtProvider: [] } }, '/virtualhost/jwtProvider'],
    ['virtualhost', { virtualhost: { fqdn: 'a', authorisation: {} } }, '/virtualhost/authorisation'],
    ['a route', { routes: [{ IPAllowPolicy: [] }] }, '/routes/0/IPAllowPolicy'],
    ['a route', { routes: [{ ratelimitpolicy: {} }] }, '/routes/0/ratelimitpolicy'],
    ['a route, in the wrong place', { routes: [{ tls: {} }] }, '/routes/0/tls'],
    ['a route, so that it would match more', { routes: [{ conditons: [] }] }, '/routes/0/conditons'],
    ['a route, so that it would match more', { routes: [{ match: '/x' }] }, '/routes/0/match'],
    ['a condition', { routes: [{ conditions: [{ hedaer: {} }] }] }, '/routes/0/conditions/0/hedaer'],
    [
      'a header condition',
      { includes: [{ name: 'a', conditions: [{ header: { name: 'x', is: 'y' } }] }] },
      '/includes/0/conditions/0/header/is',
    ],
    ['tls', { virtualhost: { fqdn: 'a', tls: { minimalVersion: '1.3' } } }, '/virtualhost/tls/minimalVersion'],
  ])('that may have been meant to restrict are an error: in %s %j', (_, raw, pointer) => {
    expect(spec(raw)).toMatchObject([{ pointer, reason: 'UnknownField', severity: 'error' }]);
  });

  test('whose value is undefined are not there', () => {
    expect(spec({ tls: undefined })).toEqual([]);
  });

  test('are taken for no field of the prototype', () => {
    const raw = JSON.parse('{"__proto__": {"a": 1}, "constructor": {}, "toString": 1, "hasOwnProperty": 1}') as unknown;
    const { value, problems } = check(httpProxySpecSchema, raw);
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/__proto__',
      '/constructor',
      '/toString',
      '/hasOwnProperty',
    ]);
    expect(Object.keys(value ?? {})).toEqual([]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('lists', () => {
  test('keep the position of items that are objects', () => {
    const { value, problems } = check(httpProxySpecSchema, {
      routes: ['x', { services: [{ name: 'a', port: 0 }, null, { name: 'b', port: 80 }] }],
    });
    expect(value).toEqual({ routes: [{}, { services: [{ name: 'a' }, {}, { name: 'b', port: 80 }] }] });
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/routes/0',
      '/routes/1/services/0/port',
      '/routes/1/services/1',
    ]);
  });

  test('with holes are told of each hole', () => {
    const routes: unknown[] = [];
    routes[2] = {};
    const { value, problems } = check(httpProxySpecSchema, { routes });
    expect(value).toEqual({ routes: [{}, {}, {}] });
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/routes/0', '/routes/1']);
  });
});

describe('maps', () => {
  const schema = { type: 'map', values: { type: 'string' } } as const;

  test('take any key, and pointers escape it', () => {
    const { value, problems } = check(schema, JSON.parse('{"__proto__": "p", "a/b~c": 1, "": "e"}'));
    expect(value).toEqual(
      new Map([
        ['__proto__', 'p'],
        ['', 'e'],
      ]),
    );
    expect(problems).toMatchObject([
      { pointer: '/a~1b~0c', message: 'a/b~c must be text, got the number 1: put it in quotes' },
    ]);
  });
});

test('defaults of the CRD stand for what is absent, not for what is broken', () => {
  const routes = [{ retryPolicy: {} }, { retryPolicy: { count: 'x' } }, { requestRedirectPolicy: {} }];
  expect(check(httpProxySpecSchema, { routes }).value).toEqual({
    routes: [{ retryPolicy: { count: 1 } }, { retryPolicy: {} }, { requestRedirectPolicy: { statusCode: 302 } }],
  });
});
