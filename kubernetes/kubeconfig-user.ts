import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { AccessError } from './errors.ts';
import type { Impersonation } from './overrides.ts';
import { isRecord } from './watched.ts';

/** What a kubeconfig says of a user, with whom they act for where the library reads no more than a name. */
export type User = KubeConfig['users'][number] & { readonly impersonate?: Impersonation | null };

/**
 * Adds what kubectl reads and the library does not. Throws AccessError.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 *
 * @param raw as they are written @param folder of the kubeconfig
 */
export function readUsers(users: KubeConfig['users'], raw: unknown, folder: string): readonly User[] {
  const written = Array.isArray(raw) ? raw : [];
  return users.map((user, index) => {
    const item: unknown = written[index];
    const fields = isRecord(item) && isRecord(item['user']) ? item['user'] : {};
    return {
      ...user,
      ...tokenFrom(fields['tokenFile'], user, folder),
      ...pluginFrom(fields['exec'], folder),
      impersonate: impersonationIn(fields, user.name),
    };
  });
}

/** A token that is written beside its file is for want of that. */
function tokenFrom(given: unknown, { token }: KubeConfig['users'][number], folder: string): object {
  if (typeof given !== 'string' || given === '') return {};
  const tokenFile = path.resolve(folder, given);
  if (token && !existsSync(tokenFile)) return {};
  return { token: undefined, authProvider: tokenFileProvider(tokenFile) };
}

/** A plugin whose name has a slash is not looked for on PATH, but from the kubeconfig on. */
function pluginFrom(exec: unknown, folder: string): object {
  const command = isRecord(exec) ? exec['command'] : null;
  if (typeof command !== 'string' || !command.includes(path.sep)) return {};
  return { exec: { ...(exec as object), command: path.resolve(folder, command) } };
}

/** The library reads the file again every minute: who wrote it may write it anew. */
export function tokenFileProvider(tokenFile: string): object {
  return { name: 'tokenFile', config: { tokenFile } };
}

function impersonationIn(fields: Readonly<Record<string, unknown>>, name: string): Impersonation | null {
  const [user, uid] = [textOf(fields['as']), textOf(fields['as-uid'])];
  const groups = textsOf(fields['as-groups']);
  const extras = isRecord(fields['as-user-extra']) ? Object.entries(fields['as-user-extra']) : [];
  const extra = extras.flatMap(([key, values]) => textsOf(values).map((value) => [key, value] as const));
  if (user !== '') return { user, uid: uid === '' ? null : uid, groups, extra };
  if (uid === '' && groups.length === 0 && extra.length === 0) return null;
  throw new AccessError(`the user ${JSON.stringify(name)} has as-uid, as-groups or as-user-extra, and no as`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
