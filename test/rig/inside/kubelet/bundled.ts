import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { codeOf } from '../../../../controller/fault.ts';

const run = promisify(execFile);
const bundler = fileURLToPath(new URL('./bundle-controller.ts', import.meta.url));
const sources = ['package.json', 'package-lock.json', '{controller,routing,xds,kubernetes,files,scripts}/**/*.ts'];
const keptMs = 24 * 60 * 60 * 1000;

/** Changes with everything that the controller is made from. */
async function hashOf(checkout: string): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(sources, { cwd: checkout })) files.push(file);
  const hash = createHash('sha256').update(process.version);
  for (const file of files.toSorted()) hash.update(file).update(await readFile(join(checkout, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Those that nobody has asked for in a day. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(join(cache, name));
    if (Date.now() - mtimeMs > keptMs) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/** The folder with the controller as it is shipped, made where the cache has none of these sources. */
export async function bundledController(checkout: string, cache: string): Promise<string> {
  const folder = join(cache, await hashOf(checkout));
  const now = new Date();
  try {
    await utimes(folder, now, now);
    return folder;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await mkdir(cache, { recursive: true });
  await sweep(cache);
  const fresh = `${folder}.${process.hrtime.bigint()}`;
  await run(process.execPath, [bundler, fresh]);
  // Another one may have been faster.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return folder;
}
