import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { play } from './play.ts';
import { readCase } from './read-case.ts';

const root = import.meta.dirname;
const writes = process.env['UPDATE_CASES'] === '1';
const folders = globSync(join(root, '*/*/in.yaml')).map(dirname).sort();

if (writes && process.env['CI'] !== undefined && process.env['CI'] !== 'false') {
  throw new Error('expected files are what people reviewed: they are not written in CI');
}

describe('a world of objects means what its case says', () => {
  it('finds the cases', () => expect(folders.length).toBeGreaterThan(50));

  it.each(folders.map((folder) => [relative(root, folder), folder]))('%s', (_, folder) => {
    const file = join(folder, 'expected.yaml');
    const found = play(readCase(folder));
    if (writes) writeFileSync(file, found.map((world) => stringify(world, { lineWidth: 0 })).join('---\n'));
    expect(existsSync(file), `${file} is missing: write it with UPDATE_CASES=1 and review it`).toBe(true);
    const expected = parseAllDocuments(readFileSync(file, 'utf8'));
    expect(found).toEqual(expected.map((document) => document.toJS() as unknown));
  });
});
