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

/** Lends the next Ctrl-C to a handler, until what it answers is called. */
export type Interrupts = (handler: () => void) => () => void;

/** Ctrl-C while a table is watched is how people end it: no stack, and the exit code of a shell. */
export function endOnInterrupt(): Interrupts {
  const handlers = new Set<() => void>();
  const interrupt = (): void => {
    const [handler] = handlers;
    if (handler === undefined) process.exit(130);
    // Whoever is impatient gets out by the second one.
    handlers.clear();
    handler();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return (handler) => {
    handlers.add(handler);
    return () => void handlers.delete(handler);
  };
}
