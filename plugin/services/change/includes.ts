import {
  isList,
  isObject,
  valueAt,
  type Json,
  type JsonObject,
  type PatchOperation,
} from '../../../files/edit/json-patch.ts';
import { sameJson } from './same-json.ts';

/** An include as it was. */
export interface IncludeBaseline {
  readonly conditions: Json;
  readonly name: string;
  readonly namespace: string | null;
}

/** An include of an HTTPProxy, as the object has it. */
export interface IncludeEntry extends IncludeBaseline {
  readonly index: number;
  /** `/spec/includes/0` */
  readonly pointer: string;
  readonly written: Json;
}

export function includesOf(proxy: JsonObject): readonly IncludeEntry[] {
  const includes = valueAt(proxy, '/spec/includes');
  return isList(includes) ? includes.map(includeEntry) : [];
}

function includeEntry(written: Json, index: number): IncludeEntry {
  const [name, namespace] = [valueAt(written, '/name'), valueAt(written, '/namespace')];
  return {
    index,
    pointer: `/spec/includes/${index}`,
    written,
    conditions: valueAt(written, '/conditions') ?? null,
    name: typeof name === 'string' ? name : '',
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : null,
  };
}

/** The include is still the one that was read. */
export function guardInclude({ pointer, written }: IncludeEntry): PatchOperation {
  return { op: 'test', path: pointer, value: written };
}

/** Whom an include names, as people write it. */
export function childLabel({ name, namespace }: Pick<IncludeBaseline, 'name' | 'namespace'>): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

/** Names another child in an include; its conditions stay. */
export function renameOperations(
  { pointer, name, namespace }: IncludeEntry,
  child: Pick<IncludeBaseline, 'name' | 'namespace'>,
): readonly PatchOperation[] {
  const path = `${pointer}/namespace`;
  const moved: readonly PatchOperation[] =
    namespace === child.namespace
      ? []
      : child.namespace === null
        ? [{ op: 'remove', path }]
        : [{ op: namespace === null ? 'add' : 'replace', path, value: child.namespace }];
  const renamed: readonly PatchOperation[] =
    name === child.name ? [] : [{ op: 'replace', path: `${pointer}/name`, value: child.name }];
  return [...renamed, ...moved];
}

/** Takes out the includes that were added, as far as they are still there. */
export function includeRemovals(
  proxy: JsonObject,
  added: readonly IncludeBaseline[],
): { readonly guards: readonly PatchOperation[]; readonly operations: readonly PatchOperation[] } {
  const found = includesOf(proxy).filter((include) => added.some((each) => isSameInclude(each, include)));
  return {
    guards: found.map(guardInclude),
    operations: found.toReversed().map(({ pointer }) => ({ op: 'remove', path: pointer })),
  };
}

function isSameInclude(left: IncludeBaseline, right: IncludeBaseline): boolean {
  return left.name === right.name && left.namespace === right.namespace && sameJson(left.conditions, right.conditions);
}

/** The path that the conditions of an include add to that of the object. */
export function prefixOf(conditions: Json): string {
  const all = isList(conditions) ? conditions.filter(isObject) : [];
  return all.map(({ prefix }) => (typeof prefix === 'string' ? prefix : '')).join('');
}

/** Whether a request needs more than its path to be let through. */
export function isConditional(conditions: Json): boolean {
  return isList(conditions) && conditions.some((condition) => isObject(condition) && condition['prefix'] === undefined);
}
