import {
  isList,
  isObject,
  valueAt,
  type Json,
  type JsonObject,
  type PatchOperation,
} from '../../../files/edit/json-patch.ts';
import { childLabel, includesOf, type IncludeEntry } from '../change/includes.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import { conditionsKey, conditionsText } from './conditions.ts';

export interface WantedInclude {
  readonly conditions: readonly JsonObject[];
  readonly child: { readonly namespace: string; readonly name: string };
}

export interface IncludePlan {
  /** Tests first. Empty where all is so already. */
  readonly operations: readonly PatchOperation[];
  /** Of the include, `/spec/includes/0`. */
  readonly pointer: string;
}

/** Adds an include behind those that are there. */
export function planInclude(proxy: JsonObject, { conditions, child }: WantedInclude): IncludePlan | Problem {
  const key = conditionsKey(conditions);
  const twins = includesOf(proxy).filter((include) => conditionsKey(include.conditions) === key);
  const same = twins.find((include) => isChild(proxy, include, child));
  if (same !== undefined) return { operations: [], pointer: same.pointer };
  const [taken] = twins;
  // Several includes of the whole host do not exclude each other: that is how a root is split into files.
  if (taken !== undefined && key !== conditionsKey([{ prefix: '/' }])) return takenBy(proxy, taken, conditions);
  const written = valueAt(proxy, '/spec/includes');
  const list = isList(written) ? written : null;
  const value: Json = {
    name: child.name,
    ...(child.namespace === namespaceOf(proxy) ? {} : { namespace: child.namespace }),
    conditions,
  };
  const pointer = `/spec/includes/${list?.length ?? 0}`;
  const add: PatchOperation =
    list === null ? { op: 'add', path: '/spec/includes', value: [value] } : { op: 'add', path: pointer, value };
  return { operations: [...guards(proxy), add], pointer };
}

/** Takes an include out; null where there is none. */
export function planExclude(
  proxy: JsonObject,
  conditions: readonly JsonObject[],
): { readonly operations: readonly PatchOperation[]; readonly includes: readonly IncludeEntry[] } | null {
  const key = conditionsKey(conditions);
  const all = includesOf(proxy);
  const includes = all.filter((include) => conditionsKey(include.conditions) === key);
  if (includes.length === 0) return null;
  const removals: readonly PatchOperation[] =
    includes.length === all.length
      ? [{ op: 'remove', path: '/spec/includes' }]
      : includes.toReversed().map(({ pointer }) => ({ op: 'remove', path: pointer }));
  return { operations: [...guards(proxy), ...removals], includes };
}

/** The host and the includes are still those that were read. */
function guards(proxy: JsonObject): readonly PatchOperation[] {
  const test = (path: string): PatchOperation => ({ op: 'test', path, value: valueAt(proxy, path) ?? null });
  const isRoot = isObject(valueAt(proxy, '/spec/virtualhost'));
  return [...(isRoot ? [test('/spec/virtualhost/fqdn')] : []), test('/spec/includes')];
}

function isChild(proxy: JsonObject, include: IncludeEntry, child: WantedInclude['child']): boolean {
  return include.name === child.name && (include.namespace ?? namespaceOf(proxy) ?? 'default') === child.namespace;
}

function takenBy(proxy: JsonObject, include: IncludeEntry, conditions: readonly JsonObject[]): Problem {
  const label = childLabel({ name: include.name, namespace: include.namespace ?? namespaceOf(proxy) });
  const place = `HTTPProxy ${namespaceOf(proxy) ?? 'default'}/${nameOf(proxy)} ${include.pointer}`;
  return problemOf(
    `${conditionsText(conditions)} is delegated to ${label} already (${place}, DuplicateMatchConditions)`,
    ['Take it back first with delegate revoke, or let canary switch name another child.'],
  );
}
