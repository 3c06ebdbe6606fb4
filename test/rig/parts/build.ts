import { spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Fault } from '../../../controller/fault.ts';
import { runGuarded } from '../../../controller/dev/supervise.ts';
import {
  buildFlags,
  cacheFolder,
  moduleFolder,
  type Part,
  parts,
  partsFolder,
  stageSources,
  stagesFile,
} from './parts.ts';

const buildTimeoutMs = 45 * 60_000;
const progressEveryMs = 30_000;

export interface BuildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
}

/** Where the programs are. The folders are for PATH, the first one wins. */
export interface Parts {
  readonly folders: readonly string[];
  readonly stages: string;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** etcd and kube-apiserver of someone's own: KUBEBUILDER_ASSETS, as the tools of controller-runtime read it. */
async function givenFolder(env: BuildOptions['env']): Promise<string | null> {
  const folder = env['KUBEBUILDER_ASSETS'] ?? '';
  if (folder === '') return null;
  for (const name of ['etcd', 'kube-apiserver'])
    if (!(await exists(join(folder, name)))) throw new Fault(`KUBEBUILDER_ASSETS is ${folder}, which holds no ${name}`);
  return folder;
}

function go(args: readonly string[]): readonly string[] {
  // No C compiler is wanted, and whoever works on this machine comes first.
  return ['-n', '10', 'env', '-C', moduleFolder, 'CGO_ENABLED=0', 'GOFLAGS=', 'GOWORK=off', 'go', ...args];
}

/** What the command printed. Throws a Fault with its last line, or where it takes too long. */
async function runGo(args: readonly string[]): Promise<string> {
  const command = runGuarded('nice', go(args));
  const [printed, complaint] = [collect(command.stdout), collect(command.stderr)];
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void command.stop();
  }, buildTimeoutMs);
  const code = await command.ended;
  clearTimeout(timer);
  if (code === 0) return await printed;
  const said = (await complaint).trim();
  if (late) throw new Fault(`the Kubernetes parts were not built within ${buildTimeoutMs / 60_000} minutes`);
  throw new Fault(`go ${args[0]} in ${moduleFolder} failed (${code}): ${said.split('\n').slice(-5).join(' | ')}`);
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

function findGo(): Promise<void> {
  return new Promise((done, fail) => {
    const probe = spawn('go', ['version'], { stdio: 'ignore' });
    probe.once('error', () => {
      fail(
        new Fault('the real Kubernetes parts are built with Go 1.26 or later, once: install it from https://go.dev/dl'),
      );
    });
    probe.once('exit', () => done());
  });
}

/** Folders of builds whose process is gone. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const [, pid = ''] = /^rig-building-([0-9]+)$/.exec(name) ?? [];
    if (pid !== '' && !(await exists(`/proc/${pid}`))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function buildPrograms(missing: readonly Part[], workspace: string): Promise<void> {
  await runGo(['build', ...buildFlags(), '-o', `${workspace}/`, ...missing.map((part) => part.package)]);
  for (const part of missing) {
    // Go names a program after the last word of its package.
    const built = basename(part.package.replace(/\/v[0-9]+$/, ''));
    if (built !== part.name) await rename(join(workspace, built), join(workspace, part.name));
  }
}

async function copyStages(workspace: string): Promise<void> {
  // Unlike `go list -m`, it fetches the module where Go does not have it yet. https://go.dev/ref/mod#go-mod-download
  const { Dir: module } = JSON.parse(await runGo(['mod', 'download', '-json', 'sigs.k8s.io/kwok'])) as { Dir: string };
  const texts = stageSources.map((source) => readFile(join(module, 'kustomize/stage', source), 'utf8'));
  await writeFile(join(workspace, stagesFile), (await Promise.all(texts)).join('\n---\n'));
}

async function build(missing: readonly Part[], folder: string, { env, say }: BuildOptions): Promise<void> {
  const started = performance.now();
  const names = missing.map((part) => part.name).join(', ');
  const progress = setInterval(() => {
    say(`still building ${names} (${Math.round((performance.now() - started) / 1000)} s)`);
  }, progressEveryMs);
  const workspace = join(cacheFolder(env), `rig-building-${process.pid}`);
  try {
    await sweep(cacheFolder(env));
    await mkdir(workspace, { recursive: true });
    await copyStages(workspace);
    if (missing.length > 0) await buildPrograms(missing, workspace);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(workspace)) await rename(join(workspace, name), join(folder, name));
  } finally {
    clearInterval(progress);
    await rm(workspace, { recursive: true, force: true });
  }
}

/**
 * Builds what is missing of the parts into the user's cache, about six minutes the first time. Safe to call from
 * several processes at once, and to interrupt: Go continues where it was. Throws a Fault.
 */
export async function buildParts(options: BuildOptions): Promise<Parts> {
  const given = await givenFolder(options.env);
  const folder = partsFolder(options.env);
  const found: Parts = { folders: given === null ? [folder] : [given, folder], stages: join(folder, stagesFile) };
  const missing: Part[] = [];
  for (const part of parts) {
    const places = found.folders.map((place) => exists(join(place, part.name)));
    if (!(await Promise.all(places)).includes(true)) missing.push(part);
  }
  if (missing.length === 0 && (await exists(found.stages))) return found;
  await findGo();
  await mkdir(cacheFolder(options.env), { recursive: true });
  options.say(`building the real Kubernetes parts into ${folder} (once, about six minutes)`);
  await build(missing, folder, options);
  return found;
}
