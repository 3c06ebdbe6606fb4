import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conform } from '../../../routing/objects/conform.ts';
import type { HTTPProxySpec } from '../../../routing/objects/generated/http-proxy.ts';
import { httpProxySpecSchema } from '../../../routing/objects/generated/http-proxy.ts';
import type { TLSCertificateDelegationSpec } from '../../../routing/objects/generated/tls-certificate-delegation.ts';
import { tlsCertificateDelegationSpecSchema } from '../../../routing/objects/generated/tls-certificate-delegation.ts';
import { wholeOf } from '../../../routing/objects/place.ts';
import { interfaceOf } from '../../../scripts/objects/interface.ts';
import { moduleName, moduleText } from '../../../scripts/objects/module-text.ts';
import { namedSchemas } from '../../../scripts/objects/named-schemas.ts';
import { nodesOf, readCrd, specSchema } from './crds.ts';

const generated = join(import.meta.dirname, '../../../routing/objects/generated');
const read = (file: string): string => readFileSync(join(generated, file), 'utf8');

test('what the checker lets through has the type that is generated', () => {
  // The compiler holds interface and schema against each other here: tsc fails where they differ.
  const proxy: HTTPProxySpec | undefined = conform(httpProxySpecSchema, {}, wholeOf('spec', []));
  const delegation: TLSCertificateDelegationSpec | undefined = conform(
    tlsCertificateDelegationSpecSchema,
    {},
    wholeOf('spec', []),
  );
  expect([proxy, delegation]).toEqual([{}, {}]);
});

test.each(['httpproxies', 'tlscertificatedelegations'])('%s: what is on disk is what its CRD says now', (plural) => {
  const [first, second] = [readCrd(plural), readCrd(plural)];
  expect(moduleText(`${plural}.yaml`, second)).toBe(moduleText(`${plural}.yaml`, first));
  expect(read(moduleName(first))).toBe(moduleText(`${plural}.yaml`, first));
});

test('every object of the CRD has an interface, every field of it a place there', () => {
  const text = read('http-proxy.ts');
  for (const [path, { title, type, properties = {} }] of nodesOf(specSchema(readCrd('httpproxies')))) {
    if (type !== 'object' || path.endsWith('.context')) continue;
    const declared = text.includes(`export interface ${title} {`) || text.includes(`export type ${title} = `);
    expect(declared, path).toBe(true);
    for (const field of Object.keys(properties)) expect(text, `${path}.${field}`).toContain(`  readonly ${field}?: `);
  }
});

test('types follow the schema', () => {
  const text = interfaceOf('Sample', {
    type: 'object',
    description: 'A sample.',
    required: ['kind'],
    properties: {
      kind: { type: 'string', enum: ['a', 'b'], description: 'A kind.' },
      codes: { type: 'array', items: { type: 'integer', enum: [1, 2] }, description: 'Codes.' },
      labels: { type: 'object', additionalProperties: { type: 'string' }, description: 'Labels.' },
      other: { type: 'object', title: 'Other', properties: {}, description: 'Another.' },
      count: { type: 'integer', default: 1, description: 'A count.' },
    },
  });
  expect(text).toBe(`/** A sample. */
export interface Sample {
  /** A kind. Required. */
  readonly kind?: "a" | "b" | undefined;
  /** Codes. */
  readonly codes?: readonly (1 | 2)[] | undefined;
  /** Labels. */
  readonly labels?: ReadonlyMap<string, string> | undefined;
  /** Another. */
  readonly other?: Other | undefined;
  /** A count. Default 1. */
  readonly count?: number | undefined;
}`);
});

test('a CRD that cannot be generated from is refused', () => {
  const other = { type: 'object', title: 'A', properties: {} } as const;
  expect(() => namedSchemas({ ...other, properties: { x: other } })).toThrow('two schemas are titled A');
  expect(() => namedSchemas({ type: 'object', description: 'Nameless.', properties: {} })).toThrow(
    'no title: Nameless.',
  );
});
