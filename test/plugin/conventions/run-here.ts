import { readCommandLine } from '../../../plugin/argv.ts';
import type { Io } from '../../../plugin/io.ts';
import { main } from '../../../plugin/main.ts';
import { decideTerminal, isColorChoice } from '../../../plugin/output/terminal.ts';

/** What is around a run of the plugin. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly stdoutIsTerminal?: boolean;
  readonly stdinIsTerminal?: boolean;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What somebody at the terminal was asked. */
  readonly questions: readonly string[];
}

/** Runs the plugin in this process, which is quick enough to run all of its commands in all of their ways. */
export async function runHere(tokens: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const { env = {}, stdin = '', stdoutIsTerminal = false, stdinIsTerminal = false } = around;
  const line = readCommandLine(tokens);
  const clean = { HOME: '/nowhere', USER: 'kim', ...env };
  const said = { stdout: '', stderr: '' };
  const questions: string[] = [];
  const io: Io = {
    env: clean,
    program: 'kubectl contour',
    terminal: decideTerminal(stdoutIsTerminal, clean, isColorChoice(line.color) ? line.color : 'never'),
    stdinIsTerminal,
    write: (text) => void (said.stdout += text),
    writeError: (text) => void (said.stderr += text),
    readStdin: async () => stdin,
    ask: async (question) => {
      questions.push(question);
      return '';
    },
    onInterrupt: () => () => {},
  };
  const code = await main(line, io);
  return { code, ...said, questions };
}
