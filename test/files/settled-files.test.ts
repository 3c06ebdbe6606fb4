import { beforeEach, expect, test } from 'vitest';
import type { FileSystem } from '../../files/file-system.ts';
import { SettledFiles, type FileUpdate } from '../../files/settled-files.ts';
import { service, stream } from './manifest-text.ts';

// The rules of rest, against a file system and a clock of ours: when exactly does a version count?

let disk: Map<string, { text: string; inode: number; version: number }>;
let clock: number;
let reads: number;
let files: SettledFiles;
let lost: boolean;

const fileSystem: FileSystem = {
  stat(path) {
    const file = disk.get(path);
    if (file === undefined) return null;
    return { type: 'file', identity: `${file.inode}`, version: `${file.inode}:${file.version}` };
  },
  realPath: (path) => path,
  read(path) {
    reads += 1;
    const file = disk.get(path);
    if (file === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    return Buffer.from(file.text);
  },
  list: () => [...disk.keys()],
  watch: () => ({ close: () => {} }),
};

beforeEach(() => {
  disk = new Map();
  clock = 1_000;
  reads = 0;
  lost = false;
  files = new SettledFiles(fileSystem, () => clock);
});

let stamps = 0;

function replace(path: string, text: string): void {
  stamps += 1;
  disk.set(path, { text, inode: stamps, version: stamps });
  files.touched(path, 'replaced');
}

function write(path: string, text: string): void {
  stamps += 1;
  disk.set(path, { text, inode: disk.get(path)?.inode ?? stamps, version: stamps });
  files.touched(path, 'written');
}

function remove(path: string): void {
  disk.delete(path);
  files.touched(path, 'replaced');
}

/** Settles at every ms from now to `now + ms`; the updates, with how many ms it took. */
function settleFor(ms: number): readonly (FileUpdate & { readonly after: number })[] {
  const started = clock;
  const updates: (FileUpdate & { readonly after: number })[] = [];
  for (; clock <= started + ms; clock += 1) {
    const batch = files.settle(() => lost);
    updates.push(...batch.updates.map((update) => ({ ...update, after: clock - started })));
  }
  return updates;
}

function namesOf(update: FileUpdate | undefined): readonly string[] | undefined {
  return update?.file?.objects.map(({ object }) => object.metadata.name);
}

const two = stream(service('a'), service('b'));

test('a replaced file counts at once, also where it holds less', () => {
  replace('f.yaml', two);
  expect(settleFor(0)).toMatchObject([{ path: 'f.yaml', after: 0 }]);
  replace('f.yaml', service('a'));
  expect(namesOf(settleFor(0)[0])).toEqual(['a']);
});

test('a written file counts after 20 ms of rest', () => {
  replace('f.yaml', two);
  settleFor(0);
  write('f.yaml', `${two}# more\n`);
  settleFor(10);
  write('f.yaml', stream(service('a', 81), service('b')));
  expect(settleFor(100)).toMatchObject([{ path: 'f.yaml', after: 20 }]);
});

test.each([
  ['empties it', ''],
  ['takes an object away', service('b')],
  ['cuts it short inside a document', two.slice(0, -'  ports:\n  - port: 80\n'.length)],
  ['leaves the last line without its end', stream(service('a', 81), service('b')).slice(0, -1)],
])('a write that %s counts after 250 ms of rest', (_, text) => {
  replace('f.yaml', two);
  settleFor(0);
  write('f.yaml', text);
  expect(settleFor(400)).toMatchObject([{ path: 'f.yaml', after: 250 }]);
});

test('a version that does not parse keeps the last good one and is a fault until it is mended', () => {
  replace('f.yaml', two);
  settleFor(0);
  for (const spoil of [replace, write]) {
    spoil('f.yaml', 'a: [\n');
    expect(settleFor(300)).toEqual([]);
    expect(files.faults()).toMatchObject([{ file: 'f.yaml', severity: 'error' }]);
    replace('f.yaml', two);
    expect(settleFor(300)).toEqual([]);
    expect(files.faults()).toEqual([]);
  }
});

test('a file that never parsed gives the documents that do', () => {
  replace('f.yaml', stream(service('a'), 'a: [\n'));
  expect(namesOf(settleFor(0)[0])).toEqual(['a']);
  replace('f.yaml', stream(service('b'), 'a: [\n'));
  expect(namesOf(settleFor(0)[0])).toEqual(['b']);
});

test('a file that is deleted and created anew, empty at first, is never empty', () => {
  replace('f.yaml', two);
  settleFor(0);
  remove('f.yaml');
  settleFor(5);
  replace('f.yaml', '');
  settleFor(5);
  write('f.yaml', stream(service('a', 81), service('b')));
  expect(settleFor(400).map(namesOf)).toEqual([['a', 'b']]);
});

test('a deleted file is gone after 100 ms, and every further deletion puts that off', () => {
  for (const name of ['a', 'b', 'c']) replace(`${name}.yaml`, service(name));
  settleFor(0);
  remove('a.yaml');
  expect(settleFor(59)).toEqual([]);
  remove('b.yaml');
  expect(settleFor(200)).toMatchObject([
    { path: 'a.yaml', file: null, after: 100 },
    { path: 'b.yaml', file: null, after: 100 },
  ]);
});

test('deletions that do not end count after a second', () => {
  for (let index = 0; index <= 40; index += 1) replace(`${index}.yaml`, service(`s${index}`));
  settleFor(0);
  const updates = Array.from({ length: 40 }, (_, index) => {
    remove(`${index}.yaml`);
    return settleFor(49);
  }).flat();
  expect(updates.length).toBeGreaterThan(15);
});

test('the last file of all is gone after a second', () => {
  replace('a.yaml', service('a'));
  settleFor(0);
  remove('a.yaml');
  expect(settleFor(2_000)).toMatchObject([{ path: 'a.yaml', file: null, after: 1_000 }]);
});

test('a renamed file moves at once', () => {
  for (const name of ['a', 'b']) replace(`${name}.yaml`, service(name));
  settleFor(0);
  const moved = disk.get('a.yaml')!;
  disk.delete('a.yaml');
  disk.set('z.yaml', moved);
  files.touched('a.yaml', 'replaced');
  files.touched('z.yaml', 'replaced');
  expect(settleFor(0)).toMatchObject([{ path: 'z.yaml' }, { path: 'a.yaml', file: null }]);
});

test('files whose folder is gone stay', () => {
  replace('a.yaml', service('a'));
  settleFor(0);
  lost = true;
  remove('a.yaml');
  expect(settleFor(3_000)).toEqual([]);
  expect([...files.tracked.keys()]).toEqual(['a.yaml']);
});

test('a version that rests is read once', () => {
  replace('f.yaml', two);
  settleFor(0);
  reads = 0;
  write('f.yaml', service('a'));
  settleFor(400);
  expect(reads).toBe(1);
});

test('the time of a batch is that of its first event', () => {
  replace('f.yaml', two);
  settleFor(0);
  const first = clock;
  write('f.yaml', `${two}# 1\n`);
  clock += 10;
  write('f.yaml', `${two}# 2\n`);
  clock += 20;
  expect(files.settle(() => false).at).toBe(first);
});
