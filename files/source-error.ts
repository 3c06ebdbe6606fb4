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

/** The system's own code (`EACCES`), which says more to whoever looks it up than a sentence of ours. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
