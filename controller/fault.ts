/** Something outside this program is wrong. `message` is one plain sentence a person can act on; no stack is shown. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code Node puts on errors of the system (`ENOENT`, `EADDRINUSE`); empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
