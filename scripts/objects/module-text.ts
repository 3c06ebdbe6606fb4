import type { CrdSchema } from './crd-schema.ts';
import { interfaceOf } from './interface.ts';
import { namedSchemas } from './named-schemas.ts';
import { schemaConstant } from './schema-constant.ts';

export interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: CrdSchema } }[];
  };
}

/** The module written for one CRD: the interfaces of its spec, and the schema to check it against. */
export function moduleText(crdFile: string, crd: Crd): string {
  const spec = crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'];
  if (spec === undefined) throw new Error(`${crdFile}: the schema has no spec`);
  const named = [...namedSchemas(spec)];
  return [
    `// Generated from crds/${crdFile} by scripts/generate-objects.ts. Do not edit.`,
    `import { deepFreeze } from '../freeze.ts';\nimport type { Schema } from '../schema.ts';`,
    ...named.toReversed().map(([name, schema]) => interfaceOf(name, schema)),
    ...named.map(([name, schema]) => (schema === spec ? 'export ' : '') + schemaConstant(name, schema)),
    '',
  ].join('\n\n');
}

/** `HTTPProxy` -> `http-proxy.ts`, `TLSCertificateDelegation` -> `tls-certificate-delegation.ts`. */
export function moduleName(crd: Crd): string {
  const words = crd.spec.names.kind.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-');
  return `${words.toLowerCase()}.ts`;
}
