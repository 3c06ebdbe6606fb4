import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './root.ts';

const generators = ['scripts/generate-objects.ts', 'xds/proto/generate.ts'];

/** Writes every `generated/` folder: the objects from crds/, the protocol from its descriptors. */
export async function generate(): Promise<void> {
  const run = promisify(execFile);
  await Promise.all(generators.map((script) => run(process.execPath, [path.join(root, script)], { cwd: root })));
}
