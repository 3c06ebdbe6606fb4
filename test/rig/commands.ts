import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../controller/fault.ts';
import type { Joinable } from './namespace.ts';
import { buildParts } from './parts/build.ts';
import { partsFolder } from './parts/parts.ts';
import { find, stop } from './registry.ts';
import { spawnInside, startRig } from './rig.ts';

type Say = (line: string) => void;

export async function build(say: Say): Promise<number> {
  await buildParts({ env: process.env, say });
  process.stdout.write(`${partsFolder(process.env)}\n`);
  return 0;
}

const holder = fileURLToPath(new URL('./hold.ts', import.meta.url));

/** Starts the process that holds the rig, and leaves it once it says that the rig is up. */
export async function up(name: string, say: Say): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [holder, name], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  // Ours would be kept open for as long as the rig is up.
  const complaint = (child.stderr as Readable).on('data', (chunk) => process.stderr.write(String(chunk)));
  const lines = createInterface(child.stdio[3] as Readable);
  for await (const line of lines) {
    const [, kubeconfig] = /^up (.*)$/.exec(line) ?? [];
    if (kubeconfig === undefined) {
      say(line);
      continue;
    }
    child.unref();
    (child.stdio[3] as Readable).destroy();
    complaint.destroy();
    say(`the rig ${name} is up (${((performance.now() - started) / 1000).toFixed(1)} s); try:`);
    say(`  npm run -s rig -- exec --name ${name} -- kubectl get nodes`);
    say('or, for programs outside of it (eval takes this line):');
    process.stdout.write(`export KUBECONFIG=${kubeconfig}\n`);
    return 0;
  }
  return 1;
}

export async function down(name: string, say: Say): Promise<number> {
  const wasUp = await stop(name);
  say(wasUp ? `the rig ${name} is down` : `no rig ${name} is up`);
  return 0;
}

/** Its exit code, as a shell would say it. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    child.once('error', (error) => fail(new Fault(`nsenter cannot be run: ${error.message}`)));
    child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}

async function runInside(rig: Joinable, words: readonly string[]): Promise<number> {
  const child = spawnInside(rig, words, 'inherit');
  // The terminal sends Ctrl-C to the command too: what it answers is our answer.
  const ignore = (): void => {};
  const pass = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', pass);
  try {
    return await ended(child);
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', pass);
  }
}

/** Runs a command in the rig of that name, or in one that is brought up for it and ends with it. */
export async function exec(name: string | null, words: readonly string[], say: Say): Promise<number> {
  const running = await find(name ?? 'default');
  if (running !== null) return runInside(running, words);
  // Without a name it is nobody else's.
  const rig = await startRig({ name: name ?? `exec-${process.pid}`, env: process.env, say });
  try {
    return await runInside(rig, words);
  } finally {
    await rig.stop();
  }
}
