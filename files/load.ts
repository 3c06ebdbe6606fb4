import { nodeFileSystem, type FileSystem } from './file-system.ts';
import { mergeManifests, type ManifestSet } from './manifest-set.ts';
import { parseManifests, type ParsedFile } from './manifests.ts';
import { parseBytes } from './parse-bytes.ts';
import { compareBytes, distinctPaths } from './paths.ts';
import { scanDirectory } from './scan.ts';
import { missingPath, unreadablePath } from './source-error.ts';

/** How faults name what came in through `-`. */
const STDIN_NAME = '<stdin>';

/**
 * Reads files, directories (recursively: .yaml, .yml, .json) and `-`, each file once however often it is named.
 * Rejects with ManifestSourceError where a path is missing or cannot be read; what is wrong inside a file is a fault.
 */
export async function loadManifests(
  paths: readonly string[],
  readStdin: () => Promise<string>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<ManifestSet> {
  const stdin = paths.includes('-') ? [parseManifests(STDIN_NAME, await readStdin())] : [];
  const files = filesUnder(
    fileSystem,
    paths.filter((path) => path !== '-'),
  );
  return mergeManifests([...stdin, ...files.map((file) => parseFile(fileSystem, file))]);
}

/** Files and what is in directories, each once, sorted. Throws ManifestSourceError. */
export function filesUnder(fileSystem: FileSystem, paths: readonly string[]): readonly string[] {
  const files: string[] = [];
  for (const path of distinctPaths(paths)) {
    const stat = fileSystem.stat(path);
    if (stat === null) throw missingPath(path);
    if (stat.type === 'directory') files.push(...scanDirectory(fileSystem, path, STRICT).keys());
    else files.push(path);
  }
  return distinctPaths(files).toSorted(compareBytes);
}

const STRICT = {
  entering: () => {},
  unreadable: (directory: string, error: unknown) => {
    throw unreadablePath(directory, error);
  },
};

function parseFile(fileSystem: FileSystem, path: string): ParsedFile {
  let bytes;
  try {
    bytes = fileSystem.read(path);
  } catch (error) {
    throw unreadablePath(path, error);
  }
  return parseBytes(path, bytes);
}
