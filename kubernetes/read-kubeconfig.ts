import { existsSync } from 'node:fs';
import path from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import type { Cluster, Context, ReadConfig, User } from './identity.ts';
import type { Impersonation } from './overrides.ts';
import { isRecord } from './watched.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A kubeconfig, with its paths as seen from its own folder. Not the library's reader: it refuses all of a file for one
 * entry that nobody uses, and passes over `tokenFile`, `as-groups` and the folder of a credential plugin. Null where it
 * is none; an empty one says nothing, and `--kubeconfig=/dev/null` is how people ask for that.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function readKubeconfig(text: string, folder: string): Omit<ReadConfig, 'where'> | null {
  const whole = parsed(text);
  if (!isRecord(whole)) return null;
  const file = (value: unknown): string | undefined => {
    const name = textOf(value);
    return name === undefined ? undefined : path.resolve(folder, name);
  };
  return {
    clusters: entriesOf(whole['clusters'], 'cluster', (name, fields) => clusterOf(name, fields, file)),
    users: entriesOf(whole['users'], 'user', (name, fields) => userOf(name, fields, file)),
    contexts: entriesOf(whole['contexts'], 'context', contextOf),
    currentContext: textOf(whole['current-context']) ?? '',
  };
}

const schema = CORE_SCHEMA.withTags(mergeTag);

/** Null where it is no YAML: what a fault of it quotes may be a credential. */
function parsed(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return load(text, { schema }) ?? {};
  } catch {
    return null;
  }
}

function entriesOf<T>(list: unknown, field: string, read: (name: string, fields: Fields) => T): readonly T[] {
  return (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((entry) => {
    const { name, [field]: fields } = isRecord(entry) ? entry : {};
    const called = textOf(name);
    return called === undefined ? [] : [read(called, isRecord(fields) ? fields : {})];
  });
}

/** YAML makes numbers of names and tokens that stand without quotes; Kubernetes takes them for text again. */
function textOf(value: unknown): string | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar && value !== '' ? String(value) : undefined;
}

type FileOf = (value: unknown) => string | undefined;

function clusterOf(name: string, fields: Fields, file: FileOf): Cluster {
  return {
    name,
    server: (textOf(fields['server']) ?? '').replace(/\/$/, ''),
    caData: textOf(fields['certificate-authority-data']),
    caFile: file(fields['certificate-authority']),
    skipTLSVerify: fields['insecure-skip-tls-verify'] === true,
    tlsServerName: textOf(fields['tls-server-name']),
    proxyUrl: textOf(fields['proxy-url']),
  } as Cluster;
}

function userOf(name: string, fields: Fields, file: FileOf): User {
  const { exec } = fields;
  return {
    name,
    certData: textOf(fields['client-certificate-data']),
    certFile: file(fields['client-certificate']),
    keyData: textOf(fields['client-key-data']),
    keyFile: file(fields['client-key']),
    username: textOf(fields['username']),
    password: textOf(fields['password']),
    impersonate: impersonationOf(fields),
    exec: isRecord(exec) ? execOf(exec, file) : null,
    ...tokenOf(textOf(fields['token']), file(fields['tokenFile'])),
    ...(fields['auth-provider'] === undefined ? {} : { authProvider: fields['auth-provider'] }),
  } as User;
}

/** Where there are both, the file is the newer; one that is written beside it is for want of it. */
function tokenOf(token: string | undefined, tokenFile: string | undefined): object {
  if (tokenFile === undefined || (token !== undefined && !existsSync(tokenFile))) return { token };
  return { authProvider: tokenFileProvider(tokenFile) };
}

/** The library reads the file again every minute: who wrote it may write it anew. */
export function tokenFileProvider(tokenFile: string): object {
  return { name: 'tokenFile', config: { tokenFile } };
}

/** A command that is more than a name is a path. */
function execOf(exec: Fields, file: FileOf): Fields {
  const { command } = exec;
  return typeof command === 'string' && command.includes(path.sep) ? { ...exec, command: file(command) } : exec;
}

function impersonationOf(fields: Fields): Impersonation | null {
  const [uid = null, groups] = [textOf(fields['as-uid']), textsOf(fields['as-groups'])];
  const extras = isRecord(fields['as-user-extra']) ? Object.entries(fields['as-user-extra']) : [];
  const extra = extras.flatMap(([key, values]) => textsOf(values).map((value) => [key, value] as const));
  const user = textOf(fields['as']) ?? '';
  return user === '' && uid === null && groups.length + extra.length === 0 ? null : { user, uid, groups, extra };
}

function textsOf(list: unknown): readonly string[] {
  return (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((item) => textOf(item) ?? []);
}

function contextOf(name: string, fields: Fields): Context {
  const [cluster = '', user, namespace] = ['cluster', 'user', 'namespace'].map((field) => textOf(fields[field]));
  return { name, cluster, user, namespace } as Context;
}
