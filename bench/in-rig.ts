import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { spawnInside, startRig } from '../test/rig/rig.ts';
import type { Row } from './benchmark.ts';

/** Runs a script inside a rig of its own: what one run left behind is not to make the next one's work less. Answers its row. */
export async function measureInRig(
  script: string,
  measurement: object,
  progress: (line: string) => void,
): Promise<Row> {
  const rig = await startRig({ name: `bench-${process.pid}`, env: process.env, say: progress });
  try {
    const child = spawnInside(rig, [process.execPath, script, JSON.stringify(measurement)], 'pipe');
    (child.stderr as Readable).on('data', (chunk) => progress(String(chunk).trimEnd()));
    for await (const line of createInterface(child.stdout as Readable)) return JSON.parse(line) as Row;
    throw new Error('the measurement ended without a result');
  } finally {
    await rig.stop();
  }
}

/** What a script inside a rig was asked. */
export function asked<T>(): T {
  return JSON.parse(process.argv[2] ?? '') as T;
}

/** Ends the script with its row. */
export function report(row: Row): void {
  process.stdout.write(`${JSON.stringify(row)}\n`, () => process.exit(0));
}
