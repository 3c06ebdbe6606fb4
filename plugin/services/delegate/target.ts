import { problemOf, type Problem } from '../change/problem.ts';
import { type HostPrefix, parseHostPrefix } from '../change/find-include.ts';

/** A name in a namespace; null where the namespace is that of whoever names it. */
export interface ChildName {
  readonly namespace: string | null;
  readonly name: string;
}

/** `shop.example.com/checkout`: a host, and the prefix of its paths that is meant. */
export function parseTarget(text: string): HostPrefix | Problem {
  if (/^[a-z]+:\/\//i.test(text)) return problemOf(`"${text}" is a URL: write HOST/PREFIX, without its scheme`);
  if (/^[^/]*[~=]/.test(text) || /[*^$()[\]{}|\\]/.test(text.slice(text.indexOf('/') + 1 || text.length)))
    return problemOf(
      `"${text}" is no prefix: an include is narrowed by a plain prefix, by neither a regex nor an exact path (PathMatchConditionsNotValid)`,
    );
  const at = text.indexOf('/');
  const host = at < 0 ? text : text.slice(0, at);
  if (!/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host))
    return problemOf(`"${text}" does not begin with a host name: write HOST or HOST/PREFIX`);
  if (/[\s?#\u0000-\u001f\u007f]/.test(text)) return problemOf(`"${text}" holds a character that no path prefix has`);
  const parsed = parseHostPrefix(text);
  return { ...parsed, prefix: parsed.prefix.replaceAll(/\/+/g, '/') };
}

const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** @param flag that the text is of */
export function parseChild(flag: string, text: string): ChildName | Problem {
  const [first = '', second, ...more] = text.split('/');
  const [namespace, name] = second === undefined ? [null, first] : [first, second];
  const isName = NAME.test(name) && (namespace === null || isNamespace(namespace)) && more.length === 0;
  return isName ? { namespace, name } : problemOf(`${flag} takes NAMESPACE/NAME, not "${text}"`);
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export function isNamespace(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** `shop.example.com/api` */
export function targetText({ host, prefix }: HostPrefix): string {
  return `${host}${prefix || '/'}`;
}
