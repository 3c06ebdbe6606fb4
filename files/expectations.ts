import { parse } from 'yaml';
import { nodeFileSystem, type FileSystem } from './file-system.ts';
import { scanDirectory } from './scan.ts';

/** A request that an example says is worth making. */
export interface ExpectedRequest {
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
}

const silent = { entering: (): void => {}, unreadable: (): void => {} };

/** The requests of each `expect.yaml` under these paths, in order of their files. What cannot be read is passed over. */
export function expectedRequests(
  paths: readonly string[],
  fileSystem: FileSystem = nodeFileSystem,
): readonly (readonly ExpectedRequest[])[] {
  return paths
    .flatMap((path) => [...scanDirectory(fileSystem, path, silent).keys()])
    .filter((file) => /(^|\/)expect\.ya?ml$/.test(file))
    .sort()
    .map((file) => requestsIn(fileSystem, file));
}

function requestsIn(fileSystem: FileSystem, file: string): readonly ExpectedRequest[] {
  const value = parsed(fileSystem, file);
  const requests = recordOf(value)['requests'];
  if (recordOf(value)['kind'] !== 'Expectations' || !Array.isArray(requests)) return [];
  return requests.map(recordOf).flatMap(({ url, headers }) => {
    if (typeof url !== 'string' || !URL.canParse(url)) return [];
    const written = Object.entries(recordOf(headers));
    return [{ url: new URL(url), headers: written.map(([name, text]) => [name, String(text)] as const) }];
  });
}

function parsed(fileSystem: FileSystem, file: string): unknown {
  try {
    return parse(Buffer.from(fileSystem.read(file)).toString('utf8'));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
