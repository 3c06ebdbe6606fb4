import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createDirectorySource } from '../../controller/source/directory.ts';
import { nodeFileSystem, type FileSystem } from '../../files/file-system.ts';
import { SettledFiles } from '../../files/settled-files.ts';
import { ManifestSourceError } from '../../files/source-error.ts';
import { WatchedRoots } from '../../files/watched-roots.ts';
import type { Change, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { follow } from './followed.ts';
import { proxy, service, stream } from './manifest-text.ts';
import { temporaryDirectory } from './temp-directory.ts';

function portOf(object: KubernetesObject | undefined): number | undefined {
  return object?.kind === 'Service' ? object.spec.ports[0]?.port : undefined;
}

function kindsOf(changes: readonly Change[] | undefined): readonly string[] | undefined {
  return changes?.map(
    (change) => `${change.type} ${change.type === 'delete' ? change.ref.name : change.object.metadata.name}`,
  );
}

/** Replaces a file as careful tools do. */
function moveInto(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

test('the first call is the whole world', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'a.yaml'), service('a'));
  writeFileSync(join(directory, 'sub', 'b.yaml'), service('b'));
  const { batches } = await follow([directory]);
  expect(batches.map(({ changes }) => kindsOf(changes))).toEqual([['upsert a', 'upsert b']]);
});

test('an empty folder is an empty world', async () => {
  const directory = temporaryDirectory();
  const { batches, until, keys } = await follow([directory]);
  expect(batches.map(({ changes }) => changes)).toEqual([[]]);
  writeFileSync(join(directory, 'a.yaml'), service('a'));
  await until(() => keys().length === 1);
});

test('a missing folder at the start rejects with one sentence', async () => {
  const missing = join(temporaryDirectory(), 'nowhere');
  const started = createDirectorySource([missing]).start(() => expect.unreachable());
  await expect(started).rejects.toThrow(new ManifestSourceError(`there is no file or folder ${missing}`));
});

test('create, edit, rename, delete', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'a.yaml');
  writeFileSync(join(directory, 'other.yaml'), service('other'));
  const { batches, world, until, keys } = await follow([directory]);
  writeFileSync(file, service('a'));
  await until(() => world.has('Service/shop/a'));
  writeFileSync(file, service('a', 81));
  await until(() => portOf(world.get('Service/shop/a')) === 81);
  moveInto(file, service('a', 82));
  await until(() => portOf(world.get('Service/shop/a')) === 82);
  const before = batches.length;
  renameSync(file, join(directory, 'z.yaml'));
  moveInto(join(directory, 'more.yaml'), service('more'));
  await until(() => world.has('Service/shop/more'));
  expect(batches.slice(before).map(({ changes }) => kindsOf(changes))).toEqual([['upsert more']]);
  unlinkSync(join(directory, 'z.yaml'));
  await until(() => !world.has('Service/shop/a'));
  expect(keys()).toEqual(['Service/shop/more', 'Service/shop/other']);
});

test('a change names the file that is edited, under its new name once it was renamed', async () => {
  const directory = temporaryDirectory();
  const [one, two, more] = [join(directory, 'one.yaml'), join(directory, 'two.yaml'), join(directory, 'more.yaml')];
  writeFileSync(one, service('a'));
  const { batches, world, until } = await follow([directory]);
  renameSync(one, two);
  moveInto(more, service('more'));
  await until(() => world.has('Service/shop/more'));
  unlinkSync(two);
  await until(() => !world.has('Service/shop/a'));
  expect(batches.map(({ files }) => files)).toEqual([[one], [more], [two]]);
});

test('an edit tells only what it changed, and when it was seen', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'a.yaml');
  writeFileSync(file, stream(service('a'), service('b'), service('c')));
  const { batches, until } = await follow([directory]);
  const edited = performance.now();
  moveInto(file, stream(`# a comment\n${service('a')}`, service('b', 81)));
  await until(() => batches.length > 1);
  expect(kindsOf(batches[1]?.changes)?.toSorted()).toEqual(['delete c', 'upsert b']);
  expect(batches[1]?.at).toBeGreaterThanOrEqual(edited);
  expect(batches[1]!.received - batches[1]!.at).toBeLessThan(50);
});

test('folders that come, move and go', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'other.yaml'), service('other'));
  const { until, world, deleted } = await follow([directory]);
  mkdirSync(join(directory, 'x', 'deep'), { recursive: true });
  writeFileSync(join(directory, 'x', 'deep', 'a.yaml'), service('a'));
  await until(() => world.has('Service/shop/a'));
  renameSync(join(directory, 'x'), join(directory, 'moved'));
  moveInto(join(directory, 'moved', 'deep', 'a.yaml'), service('a', 81));
  await until(() => portOf(world.get('Service/shop/a')) === 81);
  expect(deleted()).toEqual([]);
  rmSync(join(directory, 'moved'), { recursive: true });
  await until(() => !world.has('Service/shop/a'));
});

test('a folder that is deleted and made again is watched again', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'other.yaml'), service('other'));
  const { until, world } = await follow([directory]);
  for (const port of [1, 2, 3]) {
    mkdirSync(join(directory, 'sub'));
    moveInto(join(directory, 'sub', 'a.yaml'), service('a', port));
    await until(() => portOf(world.get('Service/shop/a')) === port);
    moveInto(join(directory, 'sub', 'a.yaml'), service('a', port + 10));
    await until(() => portOf(world.get('Service/shop/a')) === port + 10);
    rmSync(join(directory, 'sub'), { recursive: true });
    await until(() => !world.has('Service/shop/a'));
  }
});

test('a file written in pieces never takes anything away', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'a.yaml');
  const names = Array.from({ length: 6 }, (_, index) => `s${index}`);
  const text = (port: number) => stream(...names.map((name) => service(name, port)));
  writeFileSync(file, text(80));
  const { batches, until, world, deleted } = await follow([directory]);
  const handle = openSync(file, 'w');
  const bytes = Buffer.from(text(81));
  for (let at = 0; at < bytes.length; at += 70) {
    writeSync(handle, bytes.subarray(at, at + 70));
    await delay(30);
  }
  closeSync(handle);
  await until(() => names.every((name) => portOf(world.get(`Service/shop/${name}`)) === 81));
  expect(deleted()).toEqual([]);
  expect(batches).toHaveLength(2);
});

test('what does not parse keeps the last good, says where, and is forgotten once mended', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'a.yaml');
  writeFileSync(file, service('a'));
  const { until, world, source, deleted, told } = await follow([directory]);
  moveInto(file, `${service('a')}  ports: []\n`);
  await until(() => source.faults().length === 1);
  expect(source.faults()).toMatchObject([{ file, line: 9, column: 3, severity: 'error' }]);
  expect(world.size).toBe(1);
  moveInto(file, service('a', 81));
  await until(() => source.faults().length === 0);
  expect(portOf(world.get('Service/shop/a'))).toBe(81);
  expect(deleted()).toEqual([]);
  expect(told.map(({ length }) => length)).toEqual([1, 0]);
});

test('a truncated file takes its objects away only after a rest', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'a.yaml');
  writeFileSync(file, stream(service('a'), service('b')));
  const { batches, until, world } = await follow([directory]);
  const started = performance.now();
  writeFileSync(file, service('a'));
  await until(() => !world.has('Service/shop/b'));
  expect(batches[1]!.received - started).toBeGreaterThan(240);
});

test('two files with one object: the first path serves, and hands over', async () => {
  const directory = temporaryDirectory();
  const [first, second] = [join(directory, 'a.yaml'), join(directory, 'b.yaml')];
  writeFileSync(first, service('s', 1));
  writeFileSync(second, service('s', 2));
  const { until, world, source, deleted } = await follow([directory]);
  expect(portOf(world.get('Service/shop/s'))).toBe(1);
  expect(source.faults()).toMatchObject([{ file: second, line: 1, column: 1 }]);
  expect(source.faults()[0]?.message).toContain(first);
  unlinkSync(first);
  await until(() => portOf(world.get('Service/shop/s')) === 2);
  expect(source.faults()).toEqual([]);
  expect(source.locate({ kind: 'Service', namespace: 'shop', name: 's' }, '/spec/ports')).toEqual({
    file: second,
    line: 7,
    column: 3,
  });
  moveInto(first, service('s', 3));
  await until(() => portOf(world.get('Service/shop/s')) === 3);
  expect(deleted()).toEqual([]);
});

/** A ConfigMap volume as the kubelet keeps it. */
function mount(directory: string, version: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(directory, `..${version}`));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, `..${version}`, name), text);
  symlinkSync(`..${version}`, join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  for (const name of Object.keys(files)) {
    if (!nodeFileSystem.list(directory).includes(name)) symlinkSync(join('..data', name), join(directory, name));
  }
  for (const name of nodeFileSystem.list(directory)) {
    if (!name.startsWith('..') && files[name] === undefined) unlinkSync(join(directory, name));
    if (name.startsWith('..2') && name !== `..${version}`) rmSync(join(directory, name), { recursive: true });
  }
}

test('a ConfigMap mount that is swapped is one batch with the net change', async () => {
  const directory = temporaryDirectory();
  mount(directory, '2026_1', { 'a.yaml': service('a'), 'b.yaml': service('b'), 'gone.yaml': service('gone') });
  const { batches, until, keys } = await follow([directory]);
  expect(keys()).toEqual(['Service/shop/a', 'Service/shop/b', 'Service/shop/gone']);
  mount(directory, '2026_2', { 'a.yaml': service('a', 81), 'b.yaml': service('b'), 'new.yaml': service('new') });
  await until(() => batches.length > 1);
  expect(kindsOf(batches[1]?.changes)?.toSorted()).toEqual(['delete gone', 'upsert a', 'upsert new']);
  mount(directory, '2026_3', { 'a.yaml': service('a', 82), 'b.yaml': service('b'), 'new.yaml': service('new') });
  await until(() => batches.length > 2);
  expect(kindsOf(batches[2]?.changes)).toEqual(['upsert a']);
});

test('one file of a ConfigMap mount follows its swaps', async () => {
  const directory = temporaryDirectory();
  mount(directory, '2026_1', { 'a.yaml': service('a', 1) });
  const { until, world } = await follow([join(directory, 'a.yaml')]);
  mount(directory, '2026_2', { 'a.yaml': service('a', 2) });
  await until(() => portOf(world.get('Service/shop/a')) === 2);
});

test('a folder behind a link that is swapped is one batch', async () => {
  const directory = temporaryDirectory();
  for (const version of ['1', '2']) mkdirSync(join(directory, version));
  writeFileSync(join(directory, '1', 'a.yaml'), service('a'));
  writeFileSync(join(directory, '2', 'b.yaml'), service('b'));
  symlinkSync('1', join(directory, 'current'));
  const { batches, until, world } = await follow([join(directory, 'current')]);
  symlinkSync('2', join(directory, 'next'));
  renameSync(join(directory, 'next'), join(directory, 'current'));
  await until(() => batches.length > 1);
  expect(kindsOf(batches[1]?.changes)?.toSorted()).toEqual(['delete a', 'upsert b']);
  moveInto(join(directory, '2', 'b.yaml'), service('b', 81));
  await until(() => portOf(world.get('Service/shop/b')) === 81);
});

test('a folder that goes missing keeps what it held, says so once, and recovers', { timeout: 20_000 }, async () => {
  const directory = join(temporaryDirectory(), 'routes');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  for (let index = 0; index < 200; index += 1)
    writeFileSync(join(directory, index % 2 ? 'sub' : '', `${index}.yaml`), service(`s${index}`));
  const { batches, until, world, source, deleted, told } = await follow([directory]);
  execFileSync('rm', ['-rf', directory]);
  await until(() => source.faults().length > 0);
  expect(source.faults()).toMatchObject([{ file: directory, severity: 'error' }]);
  expect(source.faults()[0]?.message).toContain('is missing');
  expect(world.size).toBe(200);
  const back = performance.now();
  mkdirSync(directory);
  moveInto(join(directory, '2.yaml'), service('s2', 81));
  await until(() => source.faults().length === 0);
  await until(() => portOf(world.get('Service/shop/s2')) === 81);
  expect(told).toEqual([[expect.objectContaining({ file: directory, severity: 'error' })], []]);
  expect(deleted()).toEqual([]);
  // Back for good with one file: the others are gone after a rest.
  await until(() => world.size === 1);
  expect(batches.at(-1)!.received - back).toBeGreaterThan(950);
});

test('a folder that is moved away and back', async () => {
  const directory = join(temporaryDirectory(), 'routes');
  mkdirSync(directory);
  writeFileSync(join(directory, 'a.yaml'), service('a'));
  const { until, source, deleted, world } = await follow([directory]);
  renameSync(directory, `${directory}-away`);
  await until(() => source.faults().length === 1);
  renameSync(`${directory}-away`, directory);
  await until(() => source.faults().length === 0);
  moveInto(join(directory, 'a.yaml'), service('a', 81));
  await until(() => portOf(world.get('Service/shop/a')) === 81);
  expect(deleted()).toEqual([]);
});

test('a single file is followed, alone', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'routes.conf');
  writeFileSync(file, service('a'));
  writeFileSync(join(directory, 'b.yaml'), service('b'));
  const { until, world, source, keys } = await follow([file]);
  expect(keys()).toEqual(['Service/shop/a']);
  writeFileSync(join(directory, 'c.yaml'), service('c'));
  moveInto(file, service('a', 81));
  await until(() => portOf(world.get('Service/shop/a')) === 81);
  unlinkSync(file);
  await until(() => source.faults().length === 1);
  expect(keys()).toEqual(['Service/shop/a']);
  writeFileSync(file, service('a', 82));
  await until(() => portOf(world.get('Service/shop/a')) === 82);
  expect(source.faults()).toEqual([]);
});

test('problems of an object are located in its file', async () => {
  const file = join(temporaryDirectory(), 'a.yaml');
  writeFileSync(file, stream(service('a'), `${proxy('p', ['a'])}  hsots: []\n`));
  const { source, world } = await follow([file]);
  const problem = world.get('HTTPProxy/shop/p')?.problems[0];
  expect(problem?.reason).toBe('UnknownField');
  expect(source.locate({ kind: 'HTTPProxy', namespace: 'shop', name: 'p' }, problem!.pointer)).toEqual({
    file,
    line: 24,
    column: 3,
  });
  expect(source.locate({ kind: 'HTTPProxy', namespace: 'shop', name: 'q' }, '')).toBeNull();
});

test('with 5,000 files an edit reads one', { timeout: 30_000 }, async () => {
  const directory = temporaryDirectory();
  for (let index = 0; index < 5_000; index += 1) writeFileSync(join(directory, `${index}.yaml`), service(`s${index}`));
  const reads: string[] = [];
  const stats: string[] = [];
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    read: (path) => (reads.push(path), nodeFileSystem.read(path)),
    stat: (path) => (stats.push(path), nodeFileSystem.stat(path)),
  };
  const { until, world, batches } = await follow([directory], { fileSystem });
  expect(reads).toHaveLength(5_000);
  reads.length = 0;
  stats.length = 0;
  const file = join(directory, '77.yaml');
  moveInto(file, service('s77', 81));
  await until(() => portOf(world.get('Service/shop/s77')) === 81);
  expect(reads).toEqual([file]);
  // A poll may fall into this time.
  expect(stats.filter((path) => path !== directory).length).toBeLessThan(10);
  expect(batches[1]!.received - batches[1]!.at).toBeLessThan(50);
});

test('1,000 files in one go are few batches', { timeout: 30_000 }, async () => {
  const directory = temporaryDirectory();
  const { until, world, batches } = await follow([directory]);
  for (let index = 0; index < 1_000; index += 1) writeFileSync(join(directory, `${index}.yaml`), service(`s${index}`));
  await until(() => world.size === 1_000, 20_000);
  expect(batches.length).toBeLessThan(12);
});

test('files that are moved in one after another are few batches', { timeout: 30_000 }, async () => {
  const directory = temporaryDirectory();
  const { until, world, batches } = await follow([directory]);
  for (let index = 0; index < 500; index += 1) {
    moveInto(join(directory, `${index}.yaml`), service(`s${index}`));
    await turn();
  }
  await until(() => world.size === 500, 20_000);
  expect(batches.length).toBeLessThan(50);
});

test('more events than the kernel holds lose nothing', { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  const files = Array.from({ length: 100 }, (_, index) => join(directory, `${index}.yaml`));
  for (const [index, file] of files.entries()) writeFileSync(file, service(`s${index}`));
  const { until, world } = await follow([directory]);
  // Nothing takes events up while this runs: the queue is full before the last file is replaced.
  for (let round = 0; round < 400; round += 1) for (const file of files.slice(0, 50)) appendFileSync(file, '# again\n');
  moveInto(files[99]!, service('s99', 81));
  await until(() => portOf(world.get('Service/shop/s99')) === 81);
});

test('a folder whose end nobody announces is still missed', () => {
  const directory = join(temporaryDirectory(), 'routes');
  const file = join(directory, 'a.yaml');
  mkdirSync(directory);
  writeFileSync(file, service('a'));
  const deaf: FileSystem = { ...nodeFileSystem, watch: () => ({ close: () => {} }) };
  const roots = new WatchedRoots([directory], deaf, new SettledFiles(deaf, () => 0), () => {});
  expect(roots.isLost(file)).toBe(false);
  rmSync(directory, { recursive: true });
  expect(roots.isLost(file)).toBe(true);
  expect(roots.faults()).toMatchObject([{ file: directory, severity: 'error' }]);
});

test('a watch that the system refuses is made up for by looking', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'a.yaml'), service('a'));
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    watch() {
      throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' });
    },
  };
  const { until, world, source } = await follow([directory], { fileSystem });
  expect(source.faults()).toMatchObject([{ file: directory, severity: 'warning' }]);
  expect(source.faults()[0]?.message).toContain('ENOSPC');
  moveInto(join(directory, 'a.yaml'), service('a', 81));
  await until(() => portOf(world.get('Service/shop/a')) === 81);
});

test('after stop nothing is told', async () => {
  const directory = temporaryDirectory();
  const followed = await follow([directory]);
  const other = await follow([directory]);
  followed.source.stop();
  writeFileSync(join(directory, 'a.yaml'), service('a'));
  await other.until(() => other.world.size === 1);
  expect(followed.batches).toHaveLength(1);
});
