import { isAbsolute, normalize, resolve } from 'node:path';

const EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];

/** May a file of this name hold manifests? Hidden files and editors' leavings do not. */
export function isManifestName(name: string): boolean {
  return !name.startsWith('.') && EXTENSIONS.some((extension) => name.endsWith(extension));
}

/** Order of the UTF-8 bytes: the same on every machine and in every language. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Each path once, however it is spelled: normalised, without a slash at the end. */
export function distinctPaths(paths: readonly string[]): readonly string[] {
  const tidy = (path: string): string => normalize(path).replace(/(?<=.)\/+$/, '');
  return [...new Map(paths.map((path) => [resolve(path), tidy(path)])).values()];
}

/** Is a normalised path the directory `root`, or in it? */
export function isAtOrBelow(path: string, root: string): boolean {
  if (root === '.') return !isAbsolute(path) && path !== '..' && !path.startsWith('../');
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}
