import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { Joinable } from './namespace.ts';
import { spawnInside } from './rig.ts';

/** What a command did. */
export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits for a child whose streams are pipes. */
export async function finish(child: ChildProcess, input = ''): Promise<Done> {
  // Who wants no input may be through before it is there.
  child.stdin?.on('error', () => {}).end(input);
  const code = new Promise<number | null>((done, fail) => child.once('close', done).once('error', fail));
  const printed = [child.stdout, child.stderr].map((stream) => text(stream as Readable));
  const [stdout = '', stderr = ''] = await Promise.all(printed);
  return { code: await code, stdout, stderr };
}

/** What a command inside a rig printed. Rejects with its complaint where it fails. */
export async function inside(rig: Joinable, command: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await finish(spawnInside(rig, command, 'pipe'), input);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}
