import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { findEnvoy } from '../../controller/dev/envoy-binary.ts';
import { Fault } from '../../controller/fault.ts';
import { insideEnvironment, joined, type Joinable, unshared, unshareFault } from './namespace.ts';
import { buildParts } from './parts/build.ts';
import { cacheFolder } from './parts/parts.ts';
import type { Place, Report } from './place.ts';
import { claim } from './registry.ts';

export interface RigOptions {
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
}

/** A rig of this process: it does not outlive it. */
export interface Rig extends Joinable {
  /** Resolves when it is gone, with the reason where nobody asked for it. */
  readonly ended: Promise<string | null>;
  stop(): Promise<void>;
}

const stopTimeoutMs = 5_000;
const longestComplaint = 10_000;

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const inside = fileURLToPath(new URL('./inside/main.ts', import.meta.url));

function launch(place: Place): ChildProcess {
  const [program = '', ...args] = unshared([process.execPath, inside, JSON.stringify(place)]);
  // A session of its own: Ctrl-C in the terminal reaches its owner, who ends it in order.
  return spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
}

interface Outcome {
  /** Rejects with a Fault. */
  readonly ready: Promise<void>;
  readonly ended: Promise<string | null>;
}

function watch(child: ChildProcess, { env }: RigOptions): Outcome {
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string | null>();
  let reason: string | null = null;
  let complaint = '';
  (child.stderr as Readable).on('data', (chunk: Buffer) => {
    if (complaint.length < longestComplaint) complaint += chunk.toString();
  });
  const { RIG_LOG = '' } = env;
  if (RIG_LOG !== '') child.stderr?.pipe(createWriteStream(RIG_LOG, { flags: 'a' }));
  createInterface(child.stdout as Readable).on('line', (line) => {
    const report = JSON.parse(line) as Report;
    if (report.type === 'ready') ready.resolve();
    else reason ??= report.message;
  });
  child.once('error', (error) => ready.reject(new Fault(`unshare cannot be run: ${error.message}`)));
  child.once('close', () => {
    ready.reject(reason === null ? unshareFault(complaint) : new Fault(`the rig did not come up: ${reason}`));
    ended.resolve(reason);
  });
  return { ready: ready.promise, ended: ended.promise };
}

async function prepare({ env, say }: RigOptions): Promise<Place> {
  if (process.platform !== 'linux') throw new Fault('the rig lives in namespaces of Linux, and this is not Linux');
  const parts = await buildParts({ env, say });
  const envoy = await realpath(await findEnvoy({ explicit: null, env, say }));
  const folder = join(cacheFolder(env), 'rig-here');
  // Empty for everybody: each rig has a file system of its own there.
  await mkdir(folder, { recursive: true });
  return {
    folder,
    parts,
    programs: { node: process.execPath, envoy, checkout, cache: join(cacheFolder(env), 'rig-images') },
  };
}

/** Brings a rig up. Throws a Fault where it cannot, also where one of that name is up. */
export async function startRig(options: RigOptions): Promise<Rig> {
  const place = await prepare(options);
  const asked = Promise.withResolvers<void>();
  const name = await claim(options.name, asked.resolve);
  const child = launch(place);
  const { ready, ended } = watch(child, options);
  const stop = async (): Promise<void> => {
    (child.stdin as Writable).destroy();
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  };
  void asked.promise.then(stop);
  void ended.then(() => name.release());
  await ready;
  const rig: Joinable = { pid: child.pid ?? 0, place };
  name.publish(rig);
  return { ...rig, ended, stop };
}

/** Starts a command inside a rig, with the caller's standard streams unless told otherwise. */
export function spawnInside(rig: Joinable, command: readonly string[], stdio: 'inherit' | 'pipe'): ChildProcess {
  const [program = '', ...args] = joined(rig, command);
  return spawn(program, args, { stdio, env: insideEnvironment(rig) });
}
