import { join } from 'node:path';
import { buildParts } from '../rig/parts/build.ts';

/** The kubectl of the rig, for what asks no server. */
export async function rigKubectl(): Promise<string> {
  const { folders } = await buildParts({ env: process.env, say: () => {} });
  return join(folders.at(-1) ?? '', 'kubectl');
}
