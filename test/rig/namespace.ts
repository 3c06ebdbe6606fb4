import { Fault } from '../../controller/fault.ts';
import { delimiter } from 'node:path';
import { kubeconfigIn } from './inside/bring-up.ts';
import { join } from 'node:path';
import { debugPort, frontAddress, frontPorts, type Place } from './place.ts';

/** Someone without root is root in a user namespace of their own, where the kernel lets them. */
function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The command in namespaces of its own: network, mounts, and processes, of which it is the first. Where it or the
 * `unshare` before it ends, the kernel ends all the others, and what they had is gone with them.
 */
export function unshared(command: readonly string[]): readonly string[] {
  const user = isRoot() ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...user, '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', ...command];
}

/** A running rig, as other processes need it to join. */
export interface Joinable {
  /** Of `unshare`, which stays beside the namespaces that it made. */
  readonly pid: number;
  readonly place: Place;
}

/** The command inside the namespaces of a rig, in the caller's folder. */
export function joined({ pid }: Joinable, command: readonly string[]): readonly string[] {
  const user = isRoot() ? [] : [`--user=/proc/${pid}/ns/user`, '--preserve-credentials'];
  const spaces = [`--net=/proc/${pid}/ns/net`, `--mount=/proc/${pid}/ns/mnt`, `--pid=/proc/${pid}/ns/pid_for_children`];
  return ['nsenter', ...user, ...spaces, `--wdns=${process.cwd()}`, '--', ...command];
}

/** What a command inside finds in its environment. */
export function insideEnvironment({ place }: Joinable): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [...place.parts.folders, process.env['PATH']].join(delimiter),
    KUBECONFIG: kubeconfigIn(place.folder),
    // kubectl keeps what a server serves under its address, and all rigs have the same.
    KUBECACHEDIR: join(place.folder, 'kubectl-cache'),
    ENVOY_HTTP: `${frontAddress}:${frontPorts.http}`,
    ENVOY_HTTPS: `${frontAddress}:${frontPorts.https}`,
    DEBUG_URL: `http://127.0.0.1:${debugPort}`,
  };
}

/** What `unshare` complained of, in a sentence that says what to do. */
export function unshareFault(complaint: string): Fault {
  const [line = ''] = complaint.trim().split('\n');
  if (!/not permitted|Permission denied|write failed|mount .* failed|No space left/.test(line)) return new Fault(line);
  return new Fault(`the rig needs root, or a kernel that lets users make namespaces (${line})`);
}
