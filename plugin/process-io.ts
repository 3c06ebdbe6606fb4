import { text } from 'node:stream/consumers';
import { isatty } from 'node:tty';
import type { CommandLine } from './argv.ts';
import { programName } from './help.ts';
import type { Io } from './io.ts';
import type { Interrupts } from './process-guards.ts';
import { decideTerminal, isColorChoice } from './output/terminal.ts';

/** The process as commands may use it. */
export function processIo({ color }: CommandLine, onInterrupt: Interrupts): Io {
  return {
    env: process.env,
    program: programName(process.argv[1] ?? ''),
    terminal: decideTerminal(process.stdout.isTTY === true, process.env, isColorChoice(color) ? color : 'never'),
    stdinIsTerminal: isatty(0),
    write: (output) => void process.stdout.write(output),
    writeError: (output) => void process.stderr.write(output),
    readStdin: () => text(process.stdin),
    onInterrupt,
  };
}
