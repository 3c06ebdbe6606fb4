import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CrdSchema } from '../../../scripts/objects/crd-schema.ts';

/** A schema as the file has it, with what only the API server reads. */
export interface StoredSchema extends CrdSchema {
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

export interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string; readonly shortNames: readonly string[] };
    readonly versions: readonly {
      readonly name: string;
      readonly subresources: unknown;
      readonly additionalPrinterColumns?: readonly { readonly name: string; readonly jsonPath: string }[];
      readonly schema: { readonly openAPIV3Schema: CrdSchema };
    }[];
  };
}

export function readCrd(plural: string): Crd {
  return parse(readFileSync(new URL(`../../../crds/${plural}.yaml`, import.meta.url), 'utf8')) as Crd;
}

export function rootSchema(crd: Crd): CrdSchema {
  const [version] = crd.spec.versions;
  if (version === undefined) throw new Error('a CRD without versions');
  return version.schema.openAPIV3Schema;
}

export function specSchema(crd: Crd): CrdSchema {
  const spec = rootSchema(crd).properties?.['spec'];
  if (spec === undefined) throw new Error('a CRD without spec');
  return spec;
}

/** Every schema node under `schema`, by its path. */
export function nodesOf(schema: StoredSchema, path = ''): readonly (readonly [string, StoredSchema])[] {
  return [
    [path, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([field, child]) => nodesOf(child, `${path}.${field}`)),
    ...(schema.items === undefined ? [] : nodesOf(schema.items, `${path}[]`)),
    ...(schema.additionalProperties === undefined ? [] : nodesOf(schema.additionalProperties, `${path}{}`)),
  ];
}
