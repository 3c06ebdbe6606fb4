// Writes routing/objects/generated/*.ts from crds/*.yaml: the interfaces of a CRD's spec, and the schema
// that routing/objects/conform.ts checks against. The CRD is the one source of both.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { interfaceOf } from './objects/interface.ts';
import { namedSchemas } from './objects/named-schemas.ts';
import type { CrdSchema } from './objects/crd-schema.ts';
import { schemaConstant } from './objects/schema-constant.ts';

interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: CrdSchema } }];
  };
}

const root = join(import.meta.dirname, '..');
const target = join(root, 'routing/objects/generated');

mkdirSync(target, { recursive: true });
for (const file of readdirSync(join(root, 'crds')).filter((name) => name.endsWith('.yaml'))) {
  const crd = parse(readFileSync(join(root, 'crds', file), 'utf8')) as Crd;
  const kind = crd.spec.names.kind;
  const spec = crd.spec.versions[0].schema.openAPIV3Schema.properties?.['spec'];
  if (spec === undefined) throw new Error(`${file}: the schema has no spec`);
  writeFileSync(join(target, `${kebab(kind)}.ts`), moduleOf(file, spec));
}

function moduleOf(file: string, spec: CrdSchema): string {
  const named = [...namedSchemas(spec)];
  return [
    `// Generated from crds/${file} by scripts/generate-objects.ts. Do not edit.`,
    `import { deepFreeze } from '../freeze.ts';\nimport type { Schema } from '../schema.ts';`,
    ...named.toReversed().map(([name, schema]) => interfaceOf(name, schema)),
    ...named.map(([name, schema]) => (schema === spec ? 'export ' : '') + schemaConstant(name, schema)),
    '',
  ].join('\n\n');
}

/** `HTTPProxy` -> `http-proxy`, `TLSCertificateDelegation` -> `tls-certificate-delegation`. */
function kebab(kind: string): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}
