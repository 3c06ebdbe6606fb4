import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { conforms } from '../../controller/conforms.ts';
import { runHere } from './run-here.ts';
import { formatsOf, ofFiles, world } from './samples.ts';
import { worldApi } from './world-api.ts';

const folder = new URL('../../../docs/schemas/', import.meta.url);
const schemas = new Map(
  readdirSync(folder).map((file) => {
    const schema = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      readonly properties?: { readonly kind?: { readonly const?: string } };
    };
    return [schema.properties?.kind?.const, file.replace('.schema.json', '')] as const;
  }),
);

/** The names of fields, at whatever depth, but for what a Service or a tenant has named. */
function keysOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...(key === 'baseline' ? [] : keysOf(inner))]);
}

const writing = ofFiles.filter(([, { words }]) => words.includes('--dry-run=client'));

function holds(text: string): void {
  const report = JSON.parse(text) as { readonly kind: string };
  expect(report).toMatchObject({ apiVersion: 'cli.kubectl-contour.io/v1' });
  const schema = schemas.get(report.kind);
  expect(schema, `no schema describes ${report.kind}`).toBeDefined();
  conforms(schema ?? '', report);
  expect(keysOf(report).filter((key) => !/^[a-z][a-zA-Z0-9]*$/.test(key))).toEqual([]);
}

describe.each(ofFiles.filter(([, { spec }]) => formatsOf(spec).includes('json')))('%s', (name, { words }) => {
  test('-o json of files is what its schema says, and -o yaml and -o kyaml the same', async () => {
    const json = await runHere([...words, '-f', world, '-o', 'json']);
    holds(json.stdout);
    if (words.some((word) => word.startsWith('--dry-run'))) return;
    for (const format of ['yaml', 'kyaml']) {
      const yaml = await runHere([...words, '-f', world, '-o', format]);
      expect(parse(yaml.stdout), format).toEqual(JSON.parse(json.stdout));
      expect(yaml.stdout.startsWith('---\n{\n')).toBe(format === 'kyaml');
    }
  });

  test('-o json of a cluster is what its schema says', async () => {
    const api = await worldApi();
    onTestFinished(api.close);
    const place = name.startsWith('canary') ? ['-n', 'shop'] : [];
    const { code, stdout, stderr } = await runHere([...words, ...place, '-s', api.url, '-o', 'json']);
    expect({ code }, stderr).toEqual({ code: 0 });
    holds(stdout);
  });
});

test.each(writing)('%s -o kyaml is the object as it would be, and writes nothing', async (_, { words }) => {
  const before = readFileSync(world, 'utf8');
  const call = words.filter((word) => word !== '--dry-run=client');
  const { code, stdout, stderr } = await runHere([...call, '-f', world, '-o', 'kyaml', '--force']);
  expect({ code }, stderr).toEqual({ code: 0 });
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as { readonly kind: string });
  expect(objects.length).toBeGreaterThan(0);
  for (const { kind } of objects) expect(kind).toMatch(/^(HTTPProxy|TLSCertificateDelegation)$/);
  expect(readFileSync(world, 'utf8')).toBe(before);
});

test('version -o json', async () => {
  const client = await runHere(['version', '--client', '-o', 'json']);
  conforms('version', JSON.parse(client.stdout));
  const api = await worldApi();
  onTestFinished(api.close);
  const both = await runHere(['version', '-s', api.url, '-o', 'json']);
  expect(both.code).toBe(0);
  const report: unknown = JSON.parse(both.stdout);
  conforms('version', report);
  expect(report).toMatchObject({ controller: null, crd: { versions: [] }, envoys: null, skew: [{ component: 'crd' }] });
  const versions = [{ groupVersion: 'projectcontour.io/v1', version: 'v1' }];
  api.answers.set('/apis/projectcontour.io', (response) => void response.end(JSON.stringify({ versions })));
  const served = await runHere(['version', '-s', api.url]);
  expect(served.stdout).toMatch(/^Client Version: .*\nCRD Version: projectcontour\.io\/v1\n$/);
});
