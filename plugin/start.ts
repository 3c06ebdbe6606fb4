import { readCommandLine } from './argv.ts';
import { main } from './main.ts';
import { endOnInterrupt, guardPipes } from './process-guards.ts';
import { processIo } from './process-io.ts';

const line = readCommandLine(process.argv.slice(2));
// A command that serves has its own way to end, and does not end with the reader of its output.
if (!line.passThrough) guardPipes();
const onInterrupt = line.passThrough ? () => () => {} : endOnInterrupt();
process.exitCode = await main(line, processIo(line, onInterrupt));
// Whoever has not answered by now is not waited for. What was said is written first; where it cannot be, the guard ends.
if (!line.passThrough)
  process.stdout.write('', (error) => {
    if (!error) process.stderr.write('', () => process.exit());
  });
