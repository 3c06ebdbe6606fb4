import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { distFolder, packageVersion } from '../bundle.ts';
import { root } from '../root.ts';
import { fillManifest, type KrewArchive } from './manifest.ts';
import { tar, type TarEntry } from './tar.ts';

/** Where the bundle runs on the Node that the user has. */
const platforms = ['linux-amd64', 'linux-arm64', 'darwin-amd64', 'darwin-arm64'];

/**
 * Packs dist/ into a folder, one archive a platform, with the manifest that names their checksums. `url` is
 * where the archives will be downloaded from; without it the manifest serves `krew install --archive` only.
 */
export async function packKrew(folder: string, url: string | undefined): Promise<void> {
  const version = await packageVersion();
  const content = gzipSync(tar(await archiveEntries()), { level: 9 });
  await mkdir(folder, { recursive: true });
  const archives = await Promise.all(platforms.map((platform) => pack(folder, version, platform, content)));
  const template = await readFile(path.join(root, 'krew-manifest.yaml'), 'utf8');
  const release = { version, url: url ?? `https://releases.invalid/v${version}`, archives };
  await writeFile(path.join(folder, 'contour.yaml'), fillManifest(template, release));
}

async function pack(folder: string, version: string, platform: string, content: Uint8Array): Promise<KrewArchive> {
  const file = `kubectl-contour-v${version}-${platform}.tar.gz`;
  await writeFile(path.join(folder, file), content);
  return { platform, file, sha256: createHash('sha256').update(content).digest('hex') };
}

async function archiveEntries(): Promise<TarEntry[]> {
  const found = await readdir(distFolder, { recursive: true, withFileTypes: true });
  const bundled = found
    .filter((entry) => entry.isFile() && /\.(?:js|txt)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .toSorted();
  // package.json says that the bundle is made of ES modules.
  return Promise.all(['LICENSE', 'package.json', ...bundled].map(archiveEntry));
}

async function archiveEntry(file: string): Promise<TarEntry> {
  const content = await readFile(path.join(root, file));
  return { name: file.split(path.sep).join('/'), content, executable: content.subarray(0, 2).toString() === '#!' };
}
