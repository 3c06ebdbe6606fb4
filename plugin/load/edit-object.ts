import { spawn } from 'node:child_process';
import path from 'node:path';
import type { SourceItem } from '../../routing/route-item.ts';
import type { ConnectionFlags } from '../command-line/connection-flags.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { shellWords } from '../services/shell-words.ts';

/** Editors that take the line to begin at as `+LINE`. */
const lineEditors = new Set(['vi', 'vim', 'nvim', 'nano', 'emacs', 'joe', 'micro', 'kak']);

/** Opens a file where somebody can edit it, and waits until that is done. Rejects with CommandFailure. */
export function editFile(file: string, line: number, env: Io['env']): Promise<void> {
  // As kubectl edit chooses.
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi';
  const [program, ...args] = shellWords(editor) ?? [];
  if (program === undefined) throw new CommandFailure(`EDITOR is no command: ${editor}`);
  const at = lineEditors.has(path.basename(program)) ? [`+${line}`] : [];
  return run(program, [...args, ...at, file]);
}

const passedOn = ['kubeconfig', 'context', 'cluster', 'user', 'server', 'token', 'as'] as const;

/** Lets kubectl do it: it opens the editor, and says what is wrong with the result. Rejects with CommandFailure. */
export function editInCluster(
  { kind, namespace, name }: SourceItem,
  flags: ConnectionFlags,
  env: Io['env'],
): Promise<void> {
  const resource = kind === 'Ingress' ? 'ingresses.networking.k8s.io' : 'httpproxies.projectcontour.io';
  const connection = passedOn.flatMap((flag) => (flags[flag] ? [`--${flag}=${flags[flag]}`] : []));
  return run(env['KUBECTL_PATH'] || 'kubectl', ['edit', `${resource}/${name}`, '-n', namespace, ...connection]);
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', (error) => reject(new CommandFailure(`${program} cannot be run: ${error.message}`)));
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new CommandFailure(`${program} ended with ${code ?? 'a signal'}`)),
    );
  });
}
