import { lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { root } from './root.ts';

const commands = ['kubectl-contour', 'contour'];

/**
 * npm links the commands of dependencies, not of the package itself. With these links `npx contour` runs
 * the clone's own build, and never asks a registry.
 */
export async function linkBins(): Promise<void> {
  const bin = path.join(root, 'node_modules', '.bin');
  await mkdir(bin, { recursive: true });
  await Promise.all(commands.map((name) => link(path.join(bin, name), path.join('..', '..', 'dist', `${name}.js`))));
}

async function link(place: string, target: string): Promise<void> {
  const present = await lstat(place).catch(() => null);
  if (present?.isSymbolicLink() === true && (await readlink(place)) === target) return;
  await rm(place, { force: true });
  await symlink(target, place);
}
