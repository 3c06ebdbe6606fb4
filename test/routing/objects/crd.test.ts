import { describe, expect, test } from 'vitest';
import { nodesOf, readCrd, rootSchema, type StoredSchema } from './crds.ts';

const plurals = ['httpproxies', 'tlscertificatedelegations'];

/** Everything a structural schema may say here; `$ref`, `oneOf` and the like are not among it. */
const keywords = new Set([
  'type',
  'title',
  'description',
  'properties',
  'additionalProperties',
  'required',
  'items',
  'enum',
  'default',
  'format',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
]);

describe.each(plurals)('crds/%s.yaml', (plural) => {
  const crd = readCrd(plural);
  const nodes = nodesOf(rootSchema(crd));

  test('is a structural schema: every node has a type and only known keywords', () => {
    const types = new Set(['object', 'array', 'string', 'integer', 'boolean']);
    expect(nodes.filter(([, { type }]) => !types.has(type))).toEqual([]);
    expect(nodes.flatMap(([, node]) => Object.keys(node)).filter((key) => !keywords.has(key))).toEqual([]);
    expect(nodes.filter(([, node]) => node.type === 'array' && node.items === undefined)).toEqual([]);
    expect(nodes.filter(([, { properties, additionalProperties }]) => properties && additionalProperties)).toEqual([]);
  });

  test('requires only fields that it has', () => {
    for (const [path, { required = [], properties = {} }] of nodes) {
      expect(Object.keys(properties), path).toEqual(expect.arrayContaining([...required]));
    }
  });

  test('describes every field in a sentence', () => {
    const fields = nodes.filter(([path]) => path !== '.metadata' && !path.endsWith('[]') && !path.endsWith('{}'));
    const silent = fields.filter(([, { description }]) => !/^[A-Z].{8,150}\.$/.test(description ?? ''));
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test('keeps the lists of a spec atomic', () => {
    const merged = nodes.filter(
      ([path, node]) => path.startsWith('.spec') && node['x-kubernetes-list-type'] !== undefined,
    );
    expect(merged).toEqual([]);
  });

  test('has a status of its own, which takes any type of condition', () => {
    expect(crd.spec.versions[0]?.subresources).toEqual({ status: {} });
    const type = nodes.find(([path]) => path === '.status.conditions[].type')?.[1];
    expect(type?.enum).toBeUndefined();
    expect(nodes.map(([path]) => path)).toEqual(
      expect.arrayContaining(['.status.conditions[].errors[].reason', '.status.conditions[].warnings[].reason']),
    );
  });
});

test('HTTPProxy is listed by its host and status', () => {
  const { spec } = readCrd('httpproxies');
  expect(spec.names).toMatchObject({ kind: 'HTTPProxy', shortNames: ['proxy', 'proxies'] });
  expect(spec.versions[0]?.additionalPrinterColumns?.map(({ name }) => name)).toEqual([
    'FQDN',
    'TLS Secret',
    'Status',
    'Status Description',
    'Programmed',
  ]);
  expect(rootSchema(readCrd('httpproxies')).properties?.['status']?.default).toEqual({
    currentStatus: 'NotReconciled',
    description: 'Waiting for controller',
  });
});

test('TLSCertificateDelegation has its short name', () => {
  expect(readCrd('tlscertificatedelegations').spec.names.shortNames).toEqual(['tlscerts']);
});

test('what no single field can say is a CEL rule', () => {
  const ruled = new Set(
    nodesOf(rootSchema(readCrd('httpproxies')))
      .filter(([, node]: readonly [string, StoredSchema]) => node['x-kubernetes-validations'] !== undefined)
      .map(([, { title }]) => title),
  );
  expect(ruled).toEqual(new Set(['AllowedHeader', 'Authorization', 'JWTProvider', 'UpstreamValidation']));
});
