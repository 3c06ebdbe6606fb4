import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import path from 'node:path';
// Bundled it costs 42 MB, so this file is loaded only where it is needed.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { load } from 'js-yaml';
import { type Access, type Clocks, createAccess } from './access.ts';
import { AccessError } from './errors.ts';
import type { ExecPorts } from './exec-credential.ts';
import { identityOf, type ReadConfig } from './identity.ts';
import { serviceAccountFolder } from './in-cluster.ts';
import { readUsers, tokenFileProvider } from './kubeconfig-user.ts';
import { noOverrides, type Overrides } from './overrides.ts';
import { isRecord } from './watched.ts';

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

const nobody = { interactive: false, errors: 'ignore', run: true } as const;

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

type ReadFile = Pick<ReadConfig, 'clusters' | 'users' | 'contexts' | 'currentContext'>;

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

function readOne(file: string, isOneOfSeveral: boolean): ReadFile | null {
  try {
    return readText(readFileSync(file, 'utf8'), path.dirname(path.resolve(file)));
  } catch (error) {
    if (error instanceof AccessError) throw error;
    const { code, path: named } = error as { readonly code?: unknown; readonly path?: unknown };
    if (typeof code !== 'string') throw new AccessError(`${file} is no kubeconfig${detailOf(error)}`);
    if (isOneOfSeveral && code === 'ENOENT' && named === file) return null;
    throw new AccessError(`${typeof named === 'string' ? named : file} cannot be read (${code})`);
  }
}

const nothing: ReadFile = { clusters: [], users: [], contexts: [], currentContext: '' };

/** Throws what the library throws where it is no kubeconfig. */
function readText(text: string, folder: string): ReadFile {
  // An empty file says nothing, and `--kubeconfig=/dev/null` is how people ask for that.
  if (text.trim() === '') return nothing;
  const raw = load(text);
  if (raw === null || raw === undefined) return nothing;
  if (!isRecord(raw)) throw new TypeError('a kubeconfig is an object');
  const config = new KubeConfig();
  config.loadFromString(text);
  config.makePathsAbsolute(folder);
  const { clusters, contexts, currentContext } = config;
  return { clusters, contexts, currentContext, users: readUsers(config.users, raw['users'], folder) };
}

/** Sentences of the library that name a field are repeated; those that quote the file are not: it holds credentials. */
function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /^(clusters|users|contexts)\[[0-9]+\][.a-z]* is missing$/.test(message) ? `: ${message}` : '';
}
