import { once } from 'node:events';
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
    ask,
    onInterrupt,
  };
}

/** The terminal edits the line, and Ctrl-C ends the program as ever. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    const answer = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    return typeof answer[0] === 'string' ? answer[0] : '';
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
