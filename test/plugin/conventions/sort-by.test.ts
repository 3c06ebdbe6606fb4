import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../plugin/command-line/catalogue.ts';
import { parsePath } from '../../../plugin/output/json-path/parse.ts';
import { valuesAt } from '../../../plugin/output/json-path/evaluate.ts';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { debugEndpoint, reportHead } from '../debug-endpoint.ts';
import { runHere } from './run-here.ts';
import { world } from './samples.ts';

const record = JSON.stringify({ baseline: { a: null }, canary: 'b', history: [] });

/** Two canaries, the later name first. */
function canaries(): string {
  const proxy = (name: string) => ({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name, namespace: 'shop', annotations: { 'kubectl-contour.io/canary': record } },
    spec: {
      virtualhost: { fqdn: `${name}.test` },
      routes: [{ services: ['a', 'b'].map((each) => ({ name: each, port: 80 })) }],
    },
  });
  const file = join(temporaryDirectory(), 'canaries.yaml');
  writeFileSync(file, ['zebra', 'ant'].map((name) => JSON.stringify(proxy(name))).join('\n---\n'));
  return file;
}

const streams = (...nodes: readonly string[]) => ({
  ...reportHead('StreamList'),
  items: nodes.map((node, index) => ({
    node,
    cluster: 'c',
    envoyVersion: `1.4${9 - index}.0`,
    streams: 1,
    complete: true,
    types: [],
  })),
});

/** Each command that lists, who answers it, and a field by which its items are not in order already. */
const listing: readonly (readonly [name: string, field: string, of: () => Promise<readonly string[]>])[] = [
  ['routes', '.source.name', async () => ['-f', world]],
  ['status', '.hosts[0]', async () => ['-f', world]],
  ['delegate list', '.to.name', async () => ['-f', world]],
  ['canary list', '.object.name', async () => ['-f', canaries()]],
  ['sync', '.version', async () => ['--debug-url', (await debugEndpoint(streams('one', 'two', 'three'))).url]],
];

test('every command that lists rows sorts them', () => {
  const sorting = catalogue.filter(({ flags }) => flags.some((flag) => flag.name === 'sort-by'));
  expect(sorting.map(({ name }) => name).toSorted()).toEqual(listing.map(([name]) => name).toSorted());
});

describe.each(listing)('%s', (name, field, of) => {
  const keys = (stdout: string) =>
    (JSON.parse(stdout) as { readonly items: readonly unknown[] }).items.map(
      (item) => valuesAt(parsePath(field), item)[0] as string | undefined,
    );

  test('--sort-by puts its items in order, missing ones first, in every format', async () => {
    const from = await of();
    const unsorted = await runHere([...name.split(' '), ...from, '-ojson']);
    for (const path of [field, `{${field}}`, field.slice(1)]) {
      const { code, stdout, stderr } = await runHere([...name.split(' '), ...from, '-ojson', '--sort-by', path]);
      expect({ code }, stderr).toEqual({ code: 0 });
      expect(keys(stdout)).not.toEqual(keys(unsorted.stdout));
      expect(keys(stdout).map((key) => key ?? '')).toEqual(
        keys(unsorted.stdout)
          .map((key) => key ?? '')
          .toSorted(),
      );
    }
    const table = await runHere([...name.split(' '), ...from, '--sort-by', field]);
    const before = await runHere([...name.split(' '), ...from]);
    expect(table.code, table.stderr).toBe(0);
    expect(table.stdout).not.toBe(before.stdout);
    expect(table.stdout.split('\n').toSorted()).toEqual(before.stdout.split('\n').toSorted());
  });

  test('a field that no item has, and a path that is none', async () => {
    const from = await of();
    const none = await runHere([...name.split(' '), ...from, '--sort-by', '.no.such', '-ojson']);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toBe(
      `error: --sort-by: couldn't find any field with path ".no.such" in the list\n` +
        `The fields are those of an item of: kubectl contour ${name} -o json\n`,
    );
    const broken = await runHere([...name.split(' '), ...from, '--sort-by', '{.x[}']);
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(
      /^error: the value of --sort-by [^\n]+\nSee 'kubectl contour [a-z ]+--help' for usage\.\n$/,
    );
  });
});
