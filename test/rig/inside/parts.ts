import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Place } from '../place.ts';
import type { Command } from './commands.ts';

/** The programs that a rig is made of. */
export interface RunningParts {
  start(command: Command): void;
  /** Kills a part, whose end is then not the end of the rig. Throws where no such part runs. */
  stop(name: string): Promise<void>;
  /** Starts a part again that was stopped. */
  again(name: string): void;
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
}

/** Starts parts whose end is the end of the rig: `fail` is called with what they said last. */
export function createParts({ folder, parts }: Place, fail: (message: string) => void): RunningParts {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const env = {
    ...process.env,
    PATH: [...parts.folders, process.env['PATH']].join(delimiter),
    TMPDIR: folder,
    HOME: folder,
  };
  const running = new Map<string, ChildProcess>();
  const stopped = new Map<string, Command>();
  const commands = new Map<string, Command>();
  const start = (command: Command): void => {
    const { name, flags } = command;
    const log = join(logs, `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(name, flags, { env, stdio: ['ignore', output, output] });
    closeSync(output);
    running.set(name, child);
    commands.set(name, command);
    child.once('error', (error) => fail(`${name} did not start: ${error.message}`));
    child.once('exit', (code, signal) => {
      running.delete(name);
      if (!stopped.has(name)) fail(`${name} ended (${signal ?? code}):\n${lastLines(log)}`);
    });
  };
  return {
    start,
    async stop(name) {
      const child = running.get(name);
      const command = commands.get(name);
      if (child === undefined || command === undefined) throw new Error(`no part ${name} runs`);
      stopped.set(name, command);
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    again(name) {
      const command = stopped.get(name);
      if (command === undefined) throw new Error(`no part ${name} was stopped`);
      stopped.delete(name);
      start(command);
    },
  };
}
