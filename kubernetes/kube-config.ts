import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import path from 'node:path';
// Bundled it costs 42 MB, so this file is loaded only where it is needed.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { type Access, type Clocks, createAccess } from './access.ts';
import { AccessError } from './errors.ts';

export type AccessFrom =
  /** Files that are merged as kubectl merges those of KUBECONFIG. */
  | { readonly type: 'kubeconfig'; readonly files: readonly string[] }
  /** The service account of the Pod that we are in. */
  | { readonly type: 'incluster' };

export interface AccessPorts extends Clocks {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the Pod's service account is mounted. */
  readonly serviceAccount?: string;
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Throws AccessError, one plain sentence, where there is nothing to connect with. */
export function openAccess(from: AccessFrom, ports: AccessPorts): Access {
  const { env, serviceAccount = mounted } = ports;
  if (from.type === 'incluster') return createAccess(() => inCluster(env, serviceAccount), ports);
  return createAccess(() => merged(from.files), ports);
}

function inCluster(env: AccessPorts['env'], folder: string): KubeConfig {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') throw new AccessError('--incluster is for a Pod, and KUBERNETES_SERVICE_HOST is not set here');
  const [cluster, user] = [
    {
      name: 'incluster',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      caFile: path.join(folder, 'ca.crt'),
      skipTLSVerify: false,
    },
    // The library reads the file again every minute: kubelet rotates the token.
    { name: 'incluster', authProvider: { name: 'tokenFile', config: { tokenFile: path.join(folder, 'token') } } },
  ];
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, user);
  return config;
}

/** The first file that names a cluster, user, context or current context wins. Missing files of several are left out. */
function merged(files: readonly string[]): KubeConfig {
  const read = files.map((file) => readOne(file, files.length > 1)).filter((config) => config !== null);
  const named = <T extends { readonly name: string }>(lists: readonly (readonly T[])[]): readonly T[] => [
    ...new Map(
      lists
        .flat()
        .toReversed()
        .map((item) => [item.name, item]),
    ).values(),
  ];
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: named(read.map(({ clusters }) => clusters)).map(withPlainHttp),
    users: named(read.map(({ users }) => users)).map(withExecInfo),
    contexts: named(read.map(({ contexts }) => contexts)),
    currentContext: read.find(({ currentContext }) => currentContext)?.currentContext,
  });
  checkContext(config, files);
  return config;
}

/** Plain HTTP has no certificate to verify; the library wants that said. */
function withPlainHttp<T extends { readonly server: string }>(cluster: T): T {
  return cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster;
}

interface ExecConfig {
  readonly apiVersion?: unknown;
  readonly env?: readonly unknown[] | null;
}

/**
 * Plugins read from their environment what is asked of them.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
 */
function withExecInfo<T extends { readonly exec?: unknown }>(user: T): T {
  if (!user.exec) return user;
  const exec = user.exec as ExecConfig;
  const asked = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const info = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(asked) };
  return { ...user, exec: { ...exec, env: [...(exec.env ?? []), info] } };
}

function readOne(file: string, isOneOfSeveral: boolean): KubeConfig | null {
  const config = new KubeConfig();
  try {
    config.loadFromString(readFileSync(file, 'utf8'));
    config.makePathsAbsolute(path.dirname(path.resolve(file)));
    return config;
  } catch (error) {
    const { code, path: named } = error as { readonly code?: unknown; readonly path?: unknown };
    if (typeof code !== 'string') throw new AccessError(`${file} is no kubeconfig${detailOf(error)}`);
    if (isOneOfSeveral && code === 'ENOENT' && named === file) return null;
    throw new AccessError(`${typeof named === 'string' ? named : file} cannot be read (${code})`);
  }
}

/** Sentences of the library that name a field are repeated; those that quote the file are not: it holds credentials. */
function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /^(clusters|users|contexts)\[[0-9]+\][.a-z]* is missing$/.test(message) ? `: ${message}` : '';
}

function checkContext(config: KubeConfig, files: readonly string[]): void {
  const where = files.join(path.delimiter);
  const name = config.getCurrentContext();
  if (!name) throw new AccessError(`${where} has no current-context`);
  const context = config.getContextObject(name);
  if (context === null) throw new AccessError(`the current-context ${JSON.stringify(name)} is not in ${where}`);
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) throw new AccessError(`the cluster ${JSON.stringify(context.cluster)} is not in ${where}`);
  if (!/^https?:$/.test(URL.parse(cluster.server)?.protocol ?? ''))
    throw new AccessError(
      `the server of the cluster ${JSON.stringify(cluster.name)} in ${where} is no http or https URL`,
    );
}
