import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { cleanEnv } from '../built-plugin.ts';

const run = promisify(execFile);

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A real terminal, as somebody who sits before it knows it. */
export interface Terminal {
  /** What is seen. */
  screen(): Promise<string>;
  /** Waits until a text is seen; fails with what is seen in its place. */
  sees(text: string | RegExp, withinMs?: number): Promise<string>;
  /** Waits until a text is not seen any more. */
  seesNo(text: string, withinMs?: number): Promise<void>;
  /** Types text as it is. */
  types(text: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `Right`, `C-c`. */
  presses(...keys: readonly string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Of the program that runs there. */
  pid(): Promise<number>;
  /** Waits for the end of the program; answers its exit code. */
  code(): Promise<number>;
  /** Whether the terminal shows its other screen, as for editors. */
  isAlternate(): Promise<boolean>;
  /** Whether the terminal takes lines, and shows them as they are typed, after the end of the program. */
  takesLines(): boolean;
  /** Whether the cursor is seen. */
  hasCursor(): Promise<boolean>;
}

/** Starts a program on a terminal of its own; both are gone when the test is. */
export async function openTerminal(command: readonly string[], options: TerminalOptions = {}): Promise<Terminal> {
  const { columns = 110, rows = 24, env = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'contour-terminal-'));
  const socket = join(folder, 'tmux');
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (
      await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
        env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
      })
    ).stdout;
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  const variables = Object.entries(cleanEnv({ TERM: 'screen-256color', LANG: 'C.UTF-8', TZ: 'UTC', ...env }));
  const words = ['env', '-i', ...variables.map(([name, value]) => `${name}=${value}`), ...command].map(quoted);
  const kept = (name: string): string => join(folder, name);
  const program = quoted(`echo $$ >${quoted(kept('pid'))}; exec ${words.join(' ')}`);
  // What was there before has to be there afterwards, and the terminal has to take lines again.
  const shell = `echo before; sh -c ${program}; code=$?; stty -a >${quoted(kept('modes'))}; echo $code >${quoted(kept('code'))}; exec cat`;
  await tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, `exec sh -c ${quoted(shell)}`);
  const asked = async (format: string): Promise<string> => (await tmux('display-message', '-p', `#{${format}}`)).trim();
  const screen = (): Promise<string> => tmux('capture-pane', '-p');
  return {
    screen,
    async sees(text, withinMs = 10_000) {
      let seen = '';
      const isSeen = async (): Promise<boolean> => {
        seen = await screen();
        return typeof text === 'string' ? seen.includes(text) : text.test(seen);
      };
      await eventually(async () => {
        if (!(await isSeen())) throw new Error(`${text} is not seen in\n${seen}`);
      }, withinMs);
      return seen;
    },
    async seesNo(text, withinMs = 10_000) {
      await eventually(async () => {
        const seen = await screen();
        if (seen.includes(text)) throw new Error(`${text} is still seen in\n${seen}`);
      }, withinMs);
    },
    types: async (text) => void (await tmux('send-keys', '-l', text)),
    presses: async (...keys) => void (await tmux('send-keys', ...keys)),
    resize: async (width, height) => void (await tmux('resize-window', '-x', `${width}`, '-y', `${height}`)),
    pid: async () => Number(readFileSync(kept('pid'), 'utf8')),
    async code() {
      return eventually(() => {
        const code = readIfThere(kept('code'));
        if (code === null) throw new Error('it still runs');
        return Number(code);
      });
    },
    takesLines: () => / icanon/.test(readFileSync(kept('modes'), 'utf8')),
    isAlternate: async () => (await asked('alternate_on')) === '1',
    hasCursor: async () => (await asked('cursor_flag')) === '1',
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function readIfThere(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    return text.endsWith('\n') ? text : null;
  } catch {
    return null;
  }
}
