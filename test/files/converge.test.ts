import { mkdirSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadManifests } from '../../files/load.ts';
import { follow } from './followed.ts';
import { service, stream } from './manifest-text.ts';
import { temporaryDirectory } from './temp-directory.ts';

type Edit =
  | { readonly type: 'write' | 'replace'; readonly file: string; readonly text: string }
  | { readonly type: 'delete' | 'break'; readonly file: string }
  | { readonly type: 'rename'; readonly file: string; readonly to: string }
  | { readonly type: 'folder'; readonly folder: string; readonly to: string };

const folder = fc.constantFrom('', 'x', 'y', 'x/deep');
const file = fc.tuple(folder, fc.constantFrom('a.yaml', 'b.yml', 'c.yaml')).map(([within, name]) => join(within, name));
const text = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 3 })), { maxLength: 4 })
  .map((objects) => stream(...objects.map(([name, port]) => service(`s${name}`, port))));
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('write'), file, text }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('replace'), file, text }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete'), file }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('break'), file }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('rename'), file, to: file }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('folder'),
      folder: fc.constantFrom('x', 'y', 'x/deep'),
      to: fc.constantFrom('x', 'y', 'z'),
    }),
  },
) as fc.Arbitrary<Edit>;

function perform(directory: string, step: Edit, broken: Set<string>): void {
  const path = (name: string): string => join(directory, name);
  const put = (name: string, content: string): void => {
    mkdirSync(join(path(name), '..'), { recursive: true });
    writeFileSync(path(name), content);
  };
  switch (step.type) {
    case 'write':
      return put(step.file, step.text);
    case 'break':
      broken.add(step.file);
      return put(step.file, 'a: [\n');
    case 'replace':
      put(`${step.file}.tmp`, step.text);
      return renameSync(path(`${step.file}.tmp`), path(step.file));
    case 'delete':
      return rmSync(path(step.file), { force: true });
    case 'rename':
      mkdirSync(join(path(step.to), '..'), { recursive: true });
      if (existsSync(path(step.file))) renameSync(path(step.file), path(step.to));
      // What was broken may be anywhere now.
      broken.add(step.to);
      return;
    case 'folder':
      if (existsSync(path(step.folder)) && !existsSync(path(step.to))) renameSync(path(step.folder), path(step.to));
  }
}

// A folder that moved takes its broken files along: every file is mended wherever it may stand.
function mend(directory: string, broken: Set<string>): void {
  for (const place of ['x', 'y', 'z', '']) {
    for (const within of ['', 'deep', 'x', 'y', 'deep/deep']) {
      for (const name of ['a.yaml', 'b.yml', 'c.yaml']) {
        const path = join(directory, place, within, name);
        if (broken.size > 0 && existsSync(path))
          writeFileSync(path, service(`${place}-${within.replaceAll('/', '-')}-${name}x`.replaceAll(/^-+/g, 'm')));
      }
    }
  }
  broken.clear();
}

test('2,000 random edits: at rest the world is what a fresh load reads', { timeout: 120_000 }, async () => {
  const seed = Date.now();
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'always.yaml'), service('always'));
  const { until, world, source } = await follow([directory]);
  const edits = fc.sample(edit, { numRuns: 2_000, seed });
  const broken = new Set<string>();
  for (const [index, step] of edits.entries()) {
    perform(directory, step, broken);
    if (index % 3 === 0) await turn();
    if (index % 100 !== 99) continue;
    mend(directory, broken);
    const fresh = await loadManifests([directory], () => Promise.resolve(''));
    const expected = new Map([...fresh.objects].map(([key, { object }]) => [key, object]));
    const same = (): boolean => {
      try {
        expect(world).toEqual(expected);
        expect(source.faults()).toEqual(fresh.faults);
        return true;
      } catch {
        return false;
      }
    };
    await until(same, 10_000).catch(() => {
      expect({ seed, index, world: [...world], faults: source.faults() }).toEqual({
        seed,
        index,
        world: [...expected],
        faults: fresh.faults,
      });
    });
  }
});
