// Writes routing/objects/generated/*.ts from crds/*.yaml: the interfaces of a CRD's spec, and the schema
// that routing/objects/conform.ts checks against. The CRD is the one source of both.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { moduleName, moduleText, type Crd } from './objects/module-text.ts';

const crds = join(import.meta.dirname, '../crds');
const target = join(import.meta.dirname, '../routing/objects/generated');

mkdirSync(target, { recursive: true });
for (const file of readdirSync(crds).filter((name) => name.endsWith('.yaml'))) {
  const crd = parse(readFileSync(join(crds, file), 'utf8')) as Crd;
  writeFileSync(join(target, moduleName(crd)), moduleText(file, crd));
}
