import { readCommandLine } from './argv.ts';
import { isBare, main } from './main.ts';
import { endOnInterrupt, guardPipes } from './process-guards.ts';
import { processIo } from './process-io.ts';

const line = readCommandLine(process.argv.slice(2));
// A command that serves has its own way to end, and does not end with the reader of its output.
if (!line.passThrough) guardPipes();
const onInterrupt = line.passThrough ? () => () => {} : endOnInterrupt();
process.exitCode = await main(line, processIo(line, onInterrupt));
// Who did not answer in time is not waited for now. Writes to a terminal are done.
if (isBare(line) && process.stdout.isTTY) process.exit();
