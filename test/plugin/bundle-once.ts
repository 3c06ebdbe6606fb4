import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleInto } from '../../scripts/bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Holds `dist/` as it is shipped, and esbuild's `metafile.json`. */
    readonly pluginFolder: string;
  }
}

/** Builds the plugin once for all test files. Answers how to take it away. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-contour-'));
  // As in the package, whose manifest makes its files modules.
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'metafile.json'), JSON.stringify(await bundleInto(join(folder, 'dist'))));
  project.provide('pluginFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
