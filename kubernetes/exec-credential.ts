import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AccessError } from './errors.ts';

/** `user.exec` of a kubeconfig, as far as it is read: whatever somebody wrote there. */
export interface ExecConfig {
  readonly apiVersion?: unknown;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: unknown;
  readonly interactiveMode?: unknown;
  readonly provideClusterInfo?: unknown;
  readonly installHint?: unknown;
}

/** What a credential plugin may use of ours. */
export interface ExecPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether it may be run at all. */
  readonly run: boolean;
  /** Whether somebody is there whom it may ask on our standard input. */
  readonly interactive: boolean;
  /** Where its standard error goes: what it says may be meant for people, and is not for a log. */
  readonly errors: 'inherit' | 'ignore';
  /** How long it may take, in ms; for as long as it wants where it is left out, because somebody may be asked. */
  readonly patienceMs?: number;
  /** What the calendar says, which credentials go by. */
  readonly date: () => Date;
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster */
export type ExecCluster = Readonly<Record<string, string | boolean>>;

export interface Credential {
  readonly token: string | null;
  /** PEM. */
  readonly certificate: string | null;
  /** PEM. */
  readonly key: string | null;
}

interface Held extends Credential {
  readonly until: Date | null;
}

export interface ExecCredential {
  /** Runs the plugin, where what it said last is not good any more. Rejects with AccessError. */
  get(): Promise<Credential>;
}

/** @param user as the kubeconfig names it */
export function createExecCredential(
  user: string,
  exec: ExecConfig,
  cluster: ExecCluster,
  ports: ExecPorts,
): ExecCredential {
  let held: Held | null = null;
  return {
    async get() {
      if (held === null || (held.until !== null && held.until <= ports.date()))
        held = await run(user, exec, cluster, ports);
      return held;
    },
  };
}

async function run(user: string, exec: ExecConfig, cluster: ExecCluster, ports: ExecPorts): Promise<Held> {
  const fault = (why: string): AccessError =>
    new AccessError(
      `the credential plugin ${JSON.stringify(exec.command ?? '')} of user ${JSON.stringify(user)} ${why}`,
    );
  if (!ports.run) throw fault('is not run for this');
  const interactive = exec.interactiveMode !== 'Never' && ports.interactive;
  if (exec.interactiveMode === 'Always' && !interactive)
    throw fault('has to ask somebody, and standard input is no terminal');
  const info = execInfo(exec, cluster, interactive);
  const child = spawn(String(exec.command), strings(exec.args), {
    env: { ...ports.env, ...variables(exec.env), KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', ports.errors],
    detached: ports.patienceMs !== undefined,
  });
  const late = endLate(child, ports.patienceMs);
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  // A plugin that is not there has no output, and the pipe of it none to wait for.
  const [code, said] = await Promise.all([ended, text(child.stdout)])
    .catch((error: unknown) => {
      if (late.isSo()) throw fault(`gave no answer within ${(ports.patienceMs ?? 0) / 1000} s`);
      const missing = (error as { readonly code?: unknown }).code === 'ENOENT';
      throw fault(missing ? `was not found${hintOf(exec)}` : 'cannot be run');
    })
    .finally(late.stop);
  const credential = code === 0 ? credentialIn(said) : null;
  // What a plugin printed may hold a token, so none of it is repeated.
  if (credential === null) throw fault('gave no credential');
  return credential;
}

/** With whatever it has begun, which holds the other end of the pipe: it leads a group of its own where it is not waited for. */
function endLate(child: ChildProcess & { readonly stdout: Readable }, patienceMs: number | undefined) {
  let isLate = false;
  const end = (): void => {
    isLate = true;
    child.stdout.destroy();
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  };
  const timer = patienceMs === undefined ? undefined : setTimeout(end, patienceMs);
  return { isSo: () => isLate, stop: () => clearTimeout(timer) };
}

/** Plugins read from their environment what is asked of them. */
function execInfo({ apiVersion, provideClusterInfo }: ExecConfig, cluster: ExecCluster, interactive: boolean): object {
  const spec = provideClusterInfo === true ? { cluster, interactive } : { interactive };
  return { apiVersion, kind: 'ExecCredential', spec };
}

function strings(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function variables(list: unknown): Readonly<Record<string, string>> {
  const pairs = Array.isArray(list) ? (list as readonly { readonly name?: unknown; readonly value?: unknown }[]) : [];
  return Object.fromEntries(pairs.map(({ name, value }) => [String(name), String(value)]));
}

/** The author of the kubeconfig says how to get the plugin. */
function hintOf({ installHint }: ExecConfig): string {
  if (typeof installHint !== 'string' || installHint.trim() === '') return '';
  return `: ${installHint.trim().replaceAll(/\s+/g, ' ').slice(0, 200)}`;
}

function credentialIn(said: string): Held | null {
  let status: Readonly<Record<string, unknown>>;
  try {
    status = ((JSON.parse(said) as { readonly status?: unknown }).status ?? {}) as typeof status;
  } catch {
    return null;
  }
  const field = (name: string): string | null => {
    const value = status[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const until = new Date(field('expirationTimestamp') ?? Number.NaN);
  const credential = {
    token: field('token'),
    certificate: field('clientCertificateData'),
    key: field('clientKeyData'),
    until: Number.isNaN(until.getTime()) ? null : until,
  };
  return credential.token === null && credential.certificate === null ? null : credential;
}
