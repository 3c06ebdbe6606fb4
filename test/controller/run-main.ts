import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { main } from '../../controller/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `contour` in this process until it ends. */
export async function runMain(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signals: EventEmitter = new EventEmitter(),
): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const code = await main(argv, { stdout, stderr, env, signals });
  return { code, stdout: (stdout.read() as string | null) ?? '', stderr: (stderr.read() as string | null) ?? '' };
}
