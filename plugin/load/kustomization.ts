import { execFile } from 'node:child_process';
import type { Io } from '../io.ts';

/** What `kubectl kustomize` prints of a folder, or why it printed nothing, as one plain sentence. */
export type Rendered =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'failed'; readonly why: string };

/** More than any cluster takes. */
const mostBytes = 256 * 1024 * 1024;
/** Resources that it names may be on another machine. */
const mostSeconds = 120;

export function kustomizationOf(folder: string, env: Io['env']): Promise<Rendered> {
  const kubectl = env['KUBECTL_PATH'] || 'kubectl';
  const options = { env: { ...env }, maxBuffer: mostBytes, timeout: mostSeconds * 1000 };
  return new Promise((resolve) => {
    execFile(kubectl, ['kustomize', '--', folder], options, (error, text, said) => {
      if (error === null) resolve({ type: 'text', text });
      else resolve({ type: 'failed', why: whyOf(error, said, kubectl, folder) });
    });
  });
}

function whyOf(
  error: Error & { readonly code?: string | number | null | undefined; readonly killed?: boolean | undefined },
  said: string,
  kubectl: string,
  folder: string,
): string {
  if (error.code === 'ENOENT' || error.code === 'EACCES')
    return `-k asks ${kubectl}, which cannot be run (${error.code}): put kubectl on PATH, or name it with KUBECTL_PATH`;
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `${folder} comes to more than can be read`;
  if (error.killed === true) return `kubectl kustomize ${folder} did not end within ${mostSeconds} s`;
  const lines = said.split('\n').map((line) => line.trim().replace(/^error: /, ''));
  const words = lines.filter((line) => line !== '').join(' ');
  return `kubectl kustomize ${folder}: ${words === '' ? `it ended with ${error.code}` : words}`;
}
