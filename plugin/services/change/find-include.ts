import { closest } from '../../../routing/objects/edit-distance.ts';
import { type JsonObject, valueAt } from '../../../files/edit/json-patch.ts';
import { childLabel, includesOf, isConditional, prefixOf, type IncludeEntry } from './includes.ts';
import { problemOf, type Problem } from './problem.ts';
import { nameOf, namespaceOf } from './object-name.ts';

/** `shop.example.com/checkout`: all that a host answers below a prefix. */
export interface HostPrefix {
  readonly host: string;
  /** Without a slash at the end; empty for all of the host. */
  readonly prefix: string;
}

export function parseHostPrefix(text: string): HostPrefix {
  const at = text.indexOf('/');
  const host = (at < 0 ? text : text.slice(0, at)).toLowerCase();
  return { host, prefix: tidy(at < 0 ? '' : text.slice(at)) };
}

/** An include, and the object in which it is written. */
export interface FoundInclude {
  readonly proxy: JsonObject;
  readonly include: IncludeEntry;
}

/**
 * The include by which everybody reaches what is below a prefix of a host. Those behind a header or a query parameter
 * are previews and do not count.
 */
export function findInclude(proxies: readonly JsonObject[], { host, prefix }: HostPrefix): FoundInclude | Problem {
  const roots = proxies.filter((proxy) => hostOf(proxy) === host);
  if (roots.length === 0) return unknownHost(host, proxies);
  const found = roots.flatMap((root) => includesBelow(root, '', proxies, [root]));
  const fitting = found.filter(({ path, include }) => tidy(path) === prefix && !isConditional(include.conditions));
  const [only, second] = fitting;
  const list = found.map(({ path, include, proxy }) => {
    const condition = isConditional(include.conditions) ? ' with a condition' : '';
    return `  ${host}${path || '/'} -> ${childLabel(include)}${condition}, in ${namespaceOf(proxy) ?? 'default'}/${nameOf(proxy)}`;
  });
  if (only === undefined) {
    const what = list.length === 0 ? `${host} includes nothing` : `${host}${prefix || '/'} is no include of ${host}`;
    return problemOf(what, list);
  }
  return second === undefined ? only : problemOf(`several includes of ${host} answer ${prefix || '/'}`, list);
}

/** With the host that could have been meant, or some of those that there are. */
export function unknownHost(host: string, proxies: readonly JsonObject[]): Problem {
  const hosts = [...new Set(proxies.flatMap((proxy) => hostOf(proxy) ?? []))].toSorted();
  const similar = closest(host, hosts);
  if (similar !== null) return problemOf(`no HTTPProxy has the host ${host}; did you mean ${similar}?`);
  const more = hosts.length > MOST_HOSTS ? ` and ${hosts.length - MOST_HOSTS} more` : '';
  const hint = hosts.length === 0 ? 'None has a host.' : `Hosts: ${hosts.slice(0, MOST_HOSTS).join(', ')}${more}`;
  return problemOf(`no HTTPProxy has the host ${host}`, [hint]);
}

const MOST_HOSTS = 10;

interface IncludeAt extends FoundInclude {
  readonly path: string;
}

function includesBelow(
  proxy: JsonObject,
  above: string,
  proxies: readonly JsonObject[],
  seen: readonly JsonObject[],
): readonly IncludeAt[] {
  return includesOf(proxy).flatMap((include) => {
    const path = tidy(above) + prefixOf(include.conditions);
    const child = proxies.find((each) => isChild(each, proxy, include));
    const below =
      child === undefined || seen.includes(child) ? [] : includesBelow(child, path, proxies, [...seen, child]);
    return [{ proxy, include, path }, ...below];
  });
}

/** Whether an include of `parent` names the object. */
export function isChild(
  proxy: JsonObject,
  parent: JsonObject,
  include: Pick<IncludeEntry, 'name' | 'namespace'>,
): boolean {
  const namespace = include.namespace ?? namespaceOf(parent);
  return nameOf(proxy) === include.name && (namespaceOf(proxy) ?? 'default') === (namespace ?? 'default');
}

export function hostOf(proxy: JsonObject): string | null {
  const fqdn = valueAt(proxy, '/spec/virtualhost/fqdn');
  return typeof fqdn === 'string' ? fqdn.toLowerCase() : null;
}

function tidy(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
