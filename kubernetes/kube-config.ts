import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import path from 'node:path';
import { type Access, type Clocks, createAccess } from './access.ts';
import { AccessError } from './errors.ts';
import type { ExecPorts } from './exec-credential.ts';
import { identityOf, type ReadConfig } from './identity.ts';
import { serviceAccountFolder } from './in-cluster.ts';
import { noOverrides, type Overrides } from './overrides.ts';
import { readKubeconfig, tokenFileProvider } from './read-kubeconfig.ts';

export type AccessFrom =
  /** Files that are merged as kubectl merges those of KUBECONFIG. */
  | { readonly type: 'kubeconfig'; readonly files: readonly string[] }
  /** The service account of the Pod that we are in. */
  | { readonly type: 'incluster' };

export interface AccessPorts extends Clocks {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the Pod's service account is mounted. */
  readonly serviceAccount?: string;
  /** What credential plugins may use; where it is left out nobody is there to be asked, and what they say is lost. */
  readonly plugins?: Omit<ExecPorts, 'date' | 'env'>;
}

const nobody = { interactive: false, errors: 'ignore', run: true, patienceMs: 60_000 } as const;

/** Throws AccessError, one plain sentence, where there is nothing to connect with. */
export function openAccess(from: AccessFrom, ports: AccessPorts, overrides: Overrides = noOverrides): Access {
  const { env, serviceAccount = serviceAccountFolder, plugins = nobody } = ports;
  const read = (): ReadConfig => (from.type === 'incluster' ? inCluster(env, serviceAccount) : merged(from.files));
  return createAccess(() => identityOf(read(), overrides, env), { ...ports, plugins: { ...plugins, env } });
}

function inCluster(env: AccessPorts['env'], folder: string): ReadConfig {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') throw new AccessError('--incluster is for a Pod, and KUBERNETES_SERVICE_HOST is not set here');
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const authProvider = tokenFileProvider(path.join(folder, 'token'));
  const namespace = path.join(folder, 'namespace');
  const own = existsSync(namespace) ? { namespace: readFileSync(namespace, 'utf8').trim() } : {};
  const name = 'incluster';
  return {
    clusters: [{ name, server, caFile: path.join(folder, 'ca.crt'), skipTLSVerify: false }],
    users: [{ name, authProvider }],
    contexts: [{ name, cluster: name, user: name, ...own }],
    currentContext: name,
    where: folder,
  };
}

/** The first file that names a cluster, user, context or current context wins. Missing files of several are left out. */
function merged(files: readonly string[]): ReadConfig {
  const read = files.map((file) => readOne(file, files.length > 1)).filter((config) => config !== null);
  if (read.length === 0 && files.length > 0) throw new AccessError(`none of ${files.join(', ')} is there`);
  const named = <T extends { readonly name: string }>(lists: readonly (readonly T[])[]): readonly T[] => [
    ...new Map(
      lists
        .flat()
        .toReversed()
        .map((item) => [item.name, item]),
    ).values(),
  ];
  return {
    clusters: named(read.map(({ clusters }) => clusters)),
    users: named(read.map(({ users }) => users)),
    contexts: named(read.map(({ contexts }) => contexts)),
    currentContext: read.find(({ currentContext }) => currentContext)?.currentContext ?? '',
    where: files.join(path.delimiter),
  };
}

function readOne(file: string, isOneOfSeveral: boolean): Omit<ReadConfig, 'where'> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (isOneOfSeveral && code === 'ENOENT') return null;
    throw new AccessError(`${file} cannot be read (${String(code)})`);
  }
  const config = readKubeconfig(text, path.dirname(path.resolve(file)));
  if (config === null) throw new AccessError(`${file} is no kubeconfig`);
  return config;
}
