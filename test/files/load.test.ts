import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../files/file-system.ts';
import { loadManifests } from '../../files/load.ts';
import { ManifestSourceError } from '../../files/source-error.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import { service, stream } from './manifest-text.ts';
import { temporaryDirectory } from './temp-directory.ts';

const noStdin = (): Promise<string> => Promise.reject(new Error('nobody asked for standard input'));

test('directories are read recursively, by extension, without hidden names', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'sub', '.git'), { recursive: true });
  writeFileSync(join(directory, 'a.yaml'), service('a'));
  writeFileSync(join(directory, 'sub', 'b.yml'), service('b'));
  writeFileSync(
    join(directory, 'sub', 'c.json'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'c', namespace: 'shop' },
      spec: { ports: [] },
    }),
  );
  for (const ignored of ['.hidden.yaml', 'notes.txt', 'a.yaml~', 'sub/.git/x.yaml']) {
    writeFileSync(join(directory, ignored), service('ignored'));
  }
  const { objects } = await loadManifests([directory], noStdin);
  expect([...objects.keys()]).toEqual(['Service/shop/a', 'Service/shop/b', 'Service/shop/c']);
});

test('a ConfigMap mount is read once, through its links', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, '..2026_01_01'));
  writeFileSync(join(directory, '..2026_01_01', 'a.yaml'), service('a'));
  symlinkSync('..2026_01_01', join(directory, '..data'));
  symlinkSync(join('..data', 'a.yaml'), join(directory, 'a.yaml'));
  const { objects, faults } = await loadManifests([directory], noStdin);
  expect([...objects.values()].map(({ locate }) => locate('').file)).toEqual([join(directory, 'a.yaml')]);
  expect(faults).toEqual([]);
});

test('a link to a directory above ends', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'sub', 'a.yaml'), service('a'));
  symlinkSync(directory, join(directory, 'sub', 'loop'));
  expect((await loadManifests([directory], noStdin)).objects.size).toBe(1);
});

test('a file that is named twice is read once', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'a.yaml');
  writeFileSync(file, service('a'));
  const { faults } = await loadManifests([directory, file, `${directory}/./a.yaml`, `${directory}/`], noStdin);
  expect(faults).toEqual([]);
});

test('two files with one object: the first path in byte order wins, the other is told where', async () => {
  const directory = temporaryDirectory();
  // In UTF-16 order the second of these comes first.
  const [first, second] = [join(directory, '\uFF5E.yaml'), join(directory, '\u{1F600}.yaml')];
  writeFileSync(second, service('a', 2));
  writeFileSync(first, stream(service('other'), service('a', 1)));
  const { objects, faults } = await loadManifests([directory], noStdin);
  expect(objects.get('Service/shop/a' as RefKey)?.object).toMatchObject({ spec: { ports: [{ port: 1 }] } });
  expect(faults).toMatchObject([{ file: second, line: 1, column: 1, severity: 'error' }]);
  expect(faults[0]?.message).toContain(`Service shop/a is already in ${first}, line 10`);
});

test('one object twice in one file: the first wins', async () => {
  const file = join(temporaryDirectory(), 'a.yaml');
  writeFileSync(file, stream(service('a', 1), service('a', 2)));
  const { objects, faults } = await loadManifests([file], noStdin);
  expect(objects.get('Service/shop/a' as RefKey)?.object).toMatchObject({ spec: { ports: [{ port: 1 }] } });
  expect(faults).toMatchObject([{ file, line: 10 }]);
});

test('standard input', async () => {
  const { objects, faults } = await loadManifests(['-'], () => Promise.resolve(`${service('a')}---\na: [\n`));
  expect([...objects.keys()]).toEqual(['Service/shop/a']);
  expect(faults).toMatchObject([{ file: '<stdin>', severity: 'error' }]);
});

test('a missing path is one sentence', async () => {
  const missing = join(temporaryDirectory(), 'nowhere');
  await expect(loadManifests([missing], noStdin)).rejects.toThrow(
    new ManifestSourceError(`there is no file or folder ${missing}`),
  );
});

test('a file that cannot be read is one sentence', async () => {
  const file = join(temporaryDirectory(), 'a.yaml');
  writeFileSync(file, service('a'));
  // Root may read everything, so the system's refusal is played.
  const read = (): never => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
  };
  await expect(loadManifests([file], noStdin, { ...nodeFileSystem, read })).rejects.toThrow(
    `${file} cannot be read (EACCES)`,
  );
});

test('an empty directory is no error', async () => {
  expect(await loadManifests([temporaryDirectory()], noStdin)).toMatchObject({ objects: new Map(), faults: [] });
});

test('bytes that are not UTF-8 are a fault of their file', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'a.yaml'), Buffer.from(service('a'), 'utf16le'));
  writeFileSync(join(directory, 'b.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]));
  writeFileSync(join(directory, 'c.yaml'), service('c'));
  const { objects, faults } = await loadManifests([directory], noStdin);
  expect([...objects.keys()]).toEqual(['Service/shop/c']);
  expect(faults.map(({ file }) => file)).toContain(join(directory, 'b.yaml'));
});
