// Bundled it costs 42 MB, so this file is loaded only where it is needed.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Identity } from './access.ts';
import { environmentProxy } from './environment-proxy.ts';
import { AccessError, NoContext } from './errors.ts';
import type { ExecConfig } from './exec-credential.ts';
import { type Impersonation, impersonationHeaders, type Overrides } from './overrides.ts';

export type Cluster = KubeConfig['clusters'][number];
/** With whom they act for, where the library reads no more than a name. */
export type User = KubeConfig['users'][number] & { readonly impersonate?: Impersonation | null };
export type Context = KubeConfig['contexts'][number];

/** What a kubeconfig says, or several of them together. */
export interface ReadConfig {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  /** Empty where there is none. */
  readonly currentContext: string;
  /** How people name it: its files. */
  readonly where: string;
}

/** Who we are and where the API server is. Throws AccessError where that is not said. */
export function identityOf(
  read: ReadConfig,
  overrides: Overrides,
  env: Readonly<Record<string, string | undefined>>,
): Identity {
  const context = contextOf(read, overrides);
  const cluster = proxied(overriddenCluster(clusterOf(read, context, overrides), overrides, read.where), env);
  const user = overriddenUser(userOf(read, context, overrides), overrides);
  refuseUnknownProvider(user);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ ...user, exec: undefined } as User],
    contexts: [{ name: context.name, cluster: cluster.name, user: user.name }],
    currentContext: context.name,
  });
  return {
    config,
    context: context.name === '' ? null : context.name,
    namespace: context.namespace || null,
    exec: (user.exec ?? null) as ExecConfig | null,
    headers: headersOf(user, overrides),
  };
}

function headersOf({ name, impersonate = null }: User, overrides: Overrides): Identity['headers'] {
  const given = overrides.impersonate ?? impersonate;
  if (given === null) return {};
  if (given.user !== '') return impersonationHeaders(given);
  throw new AccessError(`the user ${JSON.stringify(name)} has as-uid, as-groups or as-user-extra, and no as`);
}

/** A command line that names a server needs no context. */
function contextOf({ contexts, currentContext, where }: ReadConfig, overrides: Overrides): Context {
  const name = overrides.context ?? currentContext;
  if (name === '') {
    if (overrides.server !== null || overrides.cluster !== null) return { name: '', cluster: '', user: '' };
    throw new NoContext(`${where} has no current-context`);
  }
  const context = contexts.find((each) => each.name === name);
  if (context !== undefined) return context;
  const called = overrides.context === null ? 'current-context' : 'context';
  throw new AccessError(`the ${called} ${JSON.stringify(name)} is not in ${where}`);
}

function clusterOf({ clusters, where }: ReadConfig, context: Context, overrides: Overrides): Cluster {
  const name = overrides.cluster ?? context.cluster;
  const cluster = clusters.find((each) => each.name === name);
  if (cluster === undefined && (name !== '' || overrides.server === null))
    throw new AccessError(`the cluster ${JSON.stringify(name)} is not in ${where}`);
  const { server = '' } = cluster ?? {};
  if (overrides.server === null && server === '')
    throw new AccessError(`the cluster ${JSON.stringify(name)} in ${where} has no server`);
  if (overrides.server === null && !isWebUrl(server))
    throw new AccessError(`the server of the cluster ${JSON.stringify(name)} in ${where} is no http or https URL`);
  return cluster ?? { name: '', server, skipTLSVerify: false };
}

function isWebUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

function userOf({ users, where }: ReadConfig, context: Context, overrides: Overrides): User {
  const name = overrides.user ?? context.user ?? '';
  const user = users.find((each) => each.name === name);
  if (user === undefined && name !== '') throw new AccessError(`the user ${JSON.stringify(name)} is not in ${where}`);
  return user ?? { name: '' };
}

const providers: ReadonlySet<unknown> = new Set(['azure', 'gcp', 'oidc', 'tokenFile']);

/** The library would ask without a name. */
function refuseUnknownProvider({ name, authProvider }: User): void {
  const provider = ((authProvider ?? null) as { readonly name?: unknown } | null)?.name ?? null;
  if (authProvider && !providers.has(provider))
    throw new AccessError(`the auth-provider ${JSON.stringify(provider)} of user ${JSON.stringify(name)} is not known`);
}

function overriddenCluster(cluster: Cluster, overrides: Overrides, where: string): Cluster {
  const { server, certificateAuthority, insecureSkipTlsVerify, tlsServerName } = overrides;
  const changed = {
    ...cluster,
    // The name in the certificate was that of the server which the kubeconfig names.
    ...(server === null ? {} : { server: serverUrl(server), tlsServerName: undefined }),
    ...(certificateAuthority === null ? {} : { caFile: certificateAuthority, caData: undefined, skipTLSVerify: false }),
    ...(insecureSkipTlsVerify ? { skipTLSVerify: true, caFile: undefined, caData: undefined } : {}),
    ...(tlsServerName === null ? {} : { tlsServerName }),
  } as Cluster;
  if (changed.skipTLSVerify && (changed.caFile || changed.caData)) {
    const both = 'a certificate-authority and insecure-skip-tls-verify, which contradict each other';
    throw new AccessError(`the cluster ${JSON.stringify(cluster.name)} in ${where} has ${both}`);
  }
  // Plain HTTP has no certificate to verify; the library wants that said.
  return changed.server.startsWith('http:') ? { ...changed, skipTLSVerify: true } : changed;
}

function serverUrl(text: string): string {
  // kubectl takes a bare address for plain HTTP, which is what it meant before there was TLS.
  const url = text.includes('://') ? text : `http://${text}`;
  if (!isWebUrl(url)) throw new AccessError(`--server ${JSON.stringify(text)} is no http or https URL`);
  return url.replace(/\/$/, '');
}

function proxied(cluster: Cluster, env: Readonly<Record<string, string | undefined>>): Cluster {
  const server = new URL(cluster.server);
  const proxyUrl = cluster.proxyUrl || environmentProxy(server, env);
  if (!proxyUrl) return cluster;
  if (/^(https?|socks5h?):$/.test(URL.parse(proxyUrl)?.protocol ?? '')) return { ...cluster, proxyUrl };
  const variable = `${server.protocol.slice(0, -1).toUpperCase()}_PROXY`;
  const called = cluster.proxyUrl ? `the proxy-url of the cluster ${JSON.stringify(cluster.name)}` : variable;
  // It may hold a password, and is not repeated.
  throw new AccessError(`${called} is no http, https or socks5 URL`);
}

/** What is given in person stands in for whatever the kubeconfig would have used to the same end. */
function overriddenUser(user: User, overrides: Overrides): User {
  const { token, username, password, clientCertificate, clientKey } = overrides;
  const other = { exec: undefined, authProvider: undefined };
  return {
    ...user,
    ...(token === null ? {} : { ...other, token, username: undefined, password: undefined }),
    ...(username === null ? {} : { ...other, token: undefined, username, password: password ?? '' }),
    ...(clientCertificate === null ? {} : { certFile: clientCertificate, certData: undefined }),
    ...(clientKey === null ? {} : { keyFile: clientKey, keyData: undefined }),
  } as User;
}
