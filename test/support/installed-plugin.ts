import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleInto } from '../../scripts/bundle.ts';

/**
 * Bundles the plugin into a folder that is empty, with a link as npm and krew leave it. Answers what has to stand on PATH
 * so that kubectl finds it.
 */
export async function installPlugin(folder: string): Promise<string> {
  await bundleInto(path.join(folder, 'dist'));
  // As in the package, whose manifest makes its files modules.
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  await symlink('../dist/kubectl-contour.js', path.join(bin, 'kubectl-contour'));
  return [bin, path.dirname(process.execPath)].join(path.delimiter);
}
