import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { playStatuses } from './play-status.ts';
import { readCase } from './read-case.ts';

const root = import.meta.dirname;
const writes = process.env['UPDATE_CASES'] === '1';
const folders = globSync(join(root, '*/*/in.yaml')).map(dirname).sort();
const golden = globSync(join(root, 'status/*/in.yaml')).map(dirname).sort();

describe('statuses are what their case says', () => {
  it('finds the cases', () => expect(golden.length).toBeGreaterThan(5));

  it.each(golden.map((folder) => [relative(root, folder), folder]))('%s', (_, folder) => {
    const file = join(folder, 'status.yaml');
    const found = playStatuses(readCase(folder));
    if (writes) writeFileSync(file, found.map((world) => stringify(world, { lineWidth: 0 })).join('---\n'));
    expect(existsSync(file), `${file} is missing: write it with UPDATE_CASES=1 and review it`).toBe(true);
    const expected = parseAllDocuments(readFileSync(file, 'utf8'));
    expect(found).toEqual(expected.map((document) => document.toJS() as unknown));
  });
});

describe('of every case', () => {
  it.each(folders.map((folder) => [relative(root, folder), folder]))(
    'what is written of %s is read back, moves no host and leaves nothing to write',
    (_, folder) => {
      expect(playStatuses(readCase(folder)).length).toBeGreaterThan(0);
    },
  );
});
