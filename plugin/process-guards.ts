/**
 * Ends the program in silence when the reader of its output has gone (`| head -1`), and with one line when its output
 * cannot be written (a full disk). It must be there before oclif is
 * loaded, which swallows the error and leaves the output waiting for ever.
 */
export function guardPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`error: the answer cannot be written: ${error.message}\n`);
    process.exit(1);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Ctrl-C while a table is watched is how people end it: no stack, and the exit code of a shell. */
export function endOnInterrupt(): void {
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(130));
}
