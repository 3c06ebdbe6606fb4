import { describe, expect, test } from 'vitest';
import { decodeOne } from './decode-one.ts';
import { manifests } from './manifests.ts';

const backend = { service: { name: 's', port: { number: 80 } } };
const ingress = (spec: unknown): ReturnType<typeof decodeOne<'Ingress'>> =>
  decodeOne('Ingress', { ...manifests.Ingress, spec });
const path = (raw: unknown): ReturnType<typeof ingress> => ingress({ rules: [{ host: 'a', http: { paths: [raw] } }] });

test('keeps its rules, with where they stand', () => {
  expect(decodeOne('Ingress', manifests.Ingress).spec).toEqual({
    ingressClassName: 'contour',
    defaultBackend: { service: { name: 'fallback', port: 'http' } },
    paths: new Map([
      [
        'old.example.com',
        [
          {
            path: '/a',
            pathType: 'Prefix',
            backend: { service: { name: 'a', port: 80 } },
            websockets: false,
            pointer: '/spec/rules/0/http/paths/0',
          },
          {
            path: '/',
            pathType: 'Exact',
            backend: { service: null },
            websockets: false,
            pointer: '/spec/rules/0/http/paths/1',
          },
        ],
      ],
      [
        '*',
        [
          {
            path: '/',
            pathType: 'Prefix',
            backend: { service: { name: 'c', port: 1 } },
            websockets: false,
            pointer: '/spec/rules/1/http/paths/0',
          },
        ],
      ],
    ]),
    tls: [{ secretName: 'old', pointer: '/spec/tls/0' }],
    tlsOf: new Map([['old.example.com', { secretName: 'old', pointer: '/spec/tls/0' }]]),
  });
});

test('may be all but empty', () => {
  expect(ingress(undefined)).toMatchObject({ spec: { paths: new Map(), tls: [], defaultBackend: null }, problems: [] });
});

describe('never matches more than was meant', () => {
  test.each([{ host: 5 }, { hots: 'a' }, 'x', { host: ['a'], http: { paths: [] } }])(
    'a rule of %j is left out',
    (rule) => {
      const { spec, problems } = ingress({ rules: [rule, { host: 'b' }] });
      expect(spec.paths).toEqual(new Map([['b', []]]));
      expect(problems[0]).toMatchObject({ severity: 'error' });
    },
  );

  test.each([
    { path: 5, pathType: 'Prefix', backend },
    { path: '/a', pathType: 'prefix', backend },
    { path: '/a', backend },
    { pth: '/a', pathType: 'Prefix', backend },
    'x',
  ])('a path of %j is left out', (raw) => {
    const { spec, problems } = path(raw);
    expect(spec.paths).toEqual(new Map([['a', []]]));
    expect(problems[0]).toMatchObject({ severity: 'error' });
  });
});

test.each([
  [undefined, '/backend', 'MissingField'],
  [{ service: { name: 's' } }, '/backend/service/port', 'MissingField'],
  [{ service: { name: 's', port: 80 } }, '/backend/service/port', 'WrongType'],
  [{ service: { name: 's', port: { number: '80' } } }, '/backend/service/port/number', 'WrongType'],
  [{ serviceName: 's', servicePort: 80 }, '/backend/serviceName', 'UnknownField'],
])('a backend of %j keeps its path and names no Service', (raw, pointer, reason) => {
  const { spec, problems } = path({ path: '/a', pathType: 'Prefix', backend: raw });
  expect(spec.paths.get('a')).toMatchObject([{ path: '/a', backend: { service: null } }]);
  expect(problems[0]).toMatchObject({ pointer: `/spec/rules/0/http/paths/0${pointer}`, reason });
});
