/** Manifests were asked for that cannot be read. `message` is one plain sentence that names the path. */
export class ManifestSourceError extends Error {
  override readonly name = 'ManifestSourceError';
}

export function missingPath(path: string): ManifestSourceError {
  return new ManifestSourceError(`there is no file or folder ${path}`);
}

export function unreadablePath(path: string, cause: unknown): ManifestSourceError {
  return new ManifestSourceError(`${path} cannot be read (${reasonOf(cause)})`, { cause });
}

/** It went between one look and the next; whatever took it away is told as an event of its own. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(reasonOf(error));
}

/** The system's own code (`EACCES`), which says more to whoever looks it up than a sentence of ours. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
