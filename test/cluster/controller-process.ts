import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';

const start = fileURLToPath(new URL('../../controller/start.ts', import.meta.url));

/** A `contour serve` of its own, as the system sees it. */
export interface ControllerProcess {
  readonly process: ChildProcess;
  readonly debugUrl: string;
  readonly xdsPort: number;
  output(): string;
  /** Whether the last thing it said of it is that it leads. */
  leads(): boolean;
  /** Waits for its end. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

export interface Surroundings {
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node. */
  readonly nodeFlags?: readonly string[];
}

/** Resolves when it serves. */
export const startController = (...flags: readonly string[]): Promise<ControllerProcess> =>
  startControllerIn({}, ...flags);

export async function startControllerIn(
  { env = {}, nodeFlags = [] }: Surroundings,
  ...flags: readonly string[]
): Promise<ControllerProcess> {
  const argv = ['serve', '--insecure', '--xds-port=0', '--debug-http-port=0', '--health-port=0', ...flags];
  const child = spawn(process.execPath, [...nodeFlags, start, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [, xds, debug] = await eventually(() => {
    const found = /msg="serving" .*xds="?[^ ]*:([0-9]+)"? debug=([0-9]+)/.exec(output);
    if (found === null) throw new Error(`it does not serve: ${output}`);
    return found;
  }, 60_000);
  return {
    process: child,
    debugUrl: `http://127.0.0.1:${debug}`,
    xdsPort: Number(xds),
    output: () => output,
    leads: () => (/.*(no longer leading|msg="leading)/s.exec(output)?.[1] ?? '').startsWith('msg'),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
