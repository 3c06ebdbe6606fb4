import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ConnectionFlags } from '../command-line/connection-flags.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { isInCluster } from '../../kubernetes/in-cluster.ts';
import type { Impersonation, Overrides } from '../../kubernetes/overrides.ts';

/** Where to learn of a cluster; null where nobody has said which one. */
export type KubeconfigChoice =
  { readonly type: 'kubeconfig'; readonly files: readonly string[] } | { readonly type: 'incluster' } | null;

/** Any of these says that a cluster is meant. */
const naming = ['kubeconfig', 'context', 'cluster', 'user', 'server', 'token'] as const;

export function namesCluster(flags: ConnectionFlags): boolean {
  return naming.some((name) => (flags[name] ?? '') !== '');
}

/** As kubectl chooses: --kubeconfig, KUBECONFIG, the file of the home directory, the Pod that we are in. */
export function chooseKubeconfig(flags: ConnectionFlags, env: Io['env']): KubeconfigChoice {
  if (flags.kubeconfig) return { type: 'kubeconfig', files: [flags.kubeconfig] };
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) return { type: 'kubeconfig', files: listed };
  const own = path.join(env['HOME'] || homedir(), '.kube', 'config');
  if (existsSync(own)) return { type: 'kubeconfig', files: [own] };
  if (isInCluster(env)) return { type: 'incluster' };
  return flags.server ? { type: 'kubeconfig', files: [] } : null;
}

/** Throws UsageFailure. `command` is how people call what they run. */
export function overridesOf(flags: ConnectionFlags, command: string, { program }: Io): Overrides {
  const text = (name: TextFlag): string | null => flags[name] || null;
  const file = (name: TextFlag): string | null => (flags[name] ? path.resolve(flags[name]) : null);
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(program, command));
  const insecureSkipTlsVerify = flags['insecure-skip-tls-verify'];
  const certificateAuthority = file('certificate-authority');
  if (insecureSkipTlsVerify && certificateAuthority !== null)
    throw refuse('--certificate-authority and --insecure-skip-tls-verify contradict each other: give one of them');
  return {
    context: text('context'),
    cluster: text('cluster'),
    user: text('user'),
    server: text('server'),
    token: text('token'),
    username: text('username'),
    password: text('password'),
    certificateAuthority,
    clientCertificate: file('client-certificate'),
    clientKey: file('client-key'),
    insecureSkipTlsVerify,
    tlsServerName: text('tls-server-name'),
    impersonate: impersonationOf(flags, refuse),
  };
}

type TextFlag = {
  [Name in keyof ConnectionFlags]: ConnectionFlags[Name] extends string | undefined ? Name : never;
}[keyof ConnectionFlags];

function impersonationOf(flags: ConnectionFlags, refuse: (message: string) => UsageFailure): Impersonation | null {
  const { as: user, 'as-uid': uid, 'as-group': groups, 'as-user-extra': extras } = flags;
  if (!user) {
    if (uid || groups.length > 0 || extras.length > 0)
      throw refuse('--as-uid, --as-group and --as-user-extra say more of whom --as names: give --as too');
    return null;
  }
  const extra = extras.map((pair): readonly [string, string] => {
    const at = pair.indexOf('=');
    if (at <= 0) throw refuse(`--as-user-extra takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return { user, uid: uid || null, groups, extra };
}

const units = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** In ms; null is for ever. A bare number is seconds, as kubectl has it. Throws UsageFailure. */
export function requestTimeout(text: string | undefined, command: string, { program }: Io): number | null {
  const given = text ?? '0';
  const parts = [...given.matchAll(/([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h)/g)];
  const ms = /^[0-9]+$/.test(given)
    ? Number(given) * 1000
    : parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit as keyof typeof units], 0);
  const whole = /^[0-9]+$/.test(given) || (parts.length > 0 && parts.map(([part]) => part).join('') === given);
  if (whole) return ms === 0 ? null : Math.min(Math.max(ms, 1), 2 ** 31 - 1);
  throw new UsageFailure(
    `--request-timeout takes a time such as 1s, 2m or 3h, not "${given}"`,
    helpHint(program, command),
  );
}

/** From 0; 6 and above tell each request. Throws UsageFailure. */
export function verbosity(text: string | undefined, command: string, { program }: Io): number {
  const given = text ?? '0';
  if (/^[0-9]{1,3}$/.test(given)) return Number(given);
  throw new UsageFailure(`-v takes a number, not "${given}"`, helpHint(program, command));
}

/** How many objects to list at a time, 0 for all; null where nobody says. Throws UsageFailure. */
export function chunkSize(text: string | undefined, command: string, { program }: Io): number | null {
  if (text === undefined || text === '') return null;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new UsageFailure(`--chunk-size takes a number, not "${text}"`, helpHint(program, command));
}
