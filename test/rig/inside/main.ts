/** The first process of a rig's own process namespace: with its end the kernel ends everything else of the rig. */
import { messageOf } from '../../../controller/fault.ts';
import type { Place, Report } from '../place.ts';
import { bringUp } from './bring-up.ts';

function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fail(message: string): void {
  process.stdout.write(`${JSON.stringify({ type: 'failed', message } satisfies Report)}\n`, () => process.exit(1));
}

// The owner holds the other end and writes nothing: the end of this is the end of the owner, be it by kill -9.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0));
process.stdin.resume();
process.stderr.on('error', () => {});

try {
  await bringUp(JSON.parse(process.argv[2] ?? '') as Place, fail);
  report({ type: 'ready' });
} catch (error) {
  fail(messageOf(error));
}
