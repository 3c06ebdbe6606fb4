import type { Terminal } from './output/terminal.ts';

/** What a command may touch of the process it runs in. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How people call the program, `kubectl contour`. */
  readonly program: string;
  readonly terminal: Terminal;
  /** Whether somebody may be there to answer. */
  readonly stdinIsTerminal: boolean;
  /** Whether it is done beside what was asked for: nothing may be started for it. */
  readonly isAside?: true;
  write(text: string): void;
  writeError(text: string): void;
  readStdin(): Promise<string>;
  /** Asks whoever sits at the terminal; empty where nothing was answered. */
  ask(question: string): Promise<string>;
  /** Ctrl-C, once, is for `handler` to act on, until what this answers is called; otherwise it ends the program. */
  onInterrupt(handler: () => void): () => void;
}
