import { valueAt, type JsonObject } from '../../../files/edit/json-patch.ts';
import { type Programmed, sumProgrammed } from '../../../routing/programmed.ts';
import type { RouteItem, SourceItem } from '../../../routing/route-item.ts';
import type { RouteTable } from '../../route-table.ts';
import type { Question } from '../../source.ts';
import { routesQuestion } from '../routes-question.ts';
import { hostOf } from './find-include.ts';
import { nameOf, namespaceOf } from './object-name.ts';

/** How far what was written has come. */
export type LiveState =
  /** Nobody serves a route of the object. */
  | { readonly type: 'absent' }
  /** What is served is not what was written, or not yet. */
  | { readonly type: 'old' }
  /** It is served, and answers an error. */
  | { readonly type: 'invalid'; readonly reasons: readonly string[] }
  /** Nobody says which Envoys have it. */
  | { readonly type: 'untold' }
  | ({ readonly type: 'served' } & Programmed);

/** What is looked for among the rows of the route table. */
export type Expectation = (items: readonly RouteItem[]) => LiveState;

/** The rows in which an object may show. */
export function rowsQuestion(proxy: JsonObject, defaultNamespace: string): Question<RouteTable> {
  const host = hostOf(proxy);
  const namespace = host === null ? (namespaceOf(proxy) ?? defaultNamespace) : null;
  return { ...routesQuestion({ host, path: null, namespace, invalid: false }), merge: mergeTables };
}

/** Each Envoy speaks to one of the controllers; one that is behind has not told its Envoys. */
function mergeTables([first, ...others]: readonly [RouteTable, ...RouteTable[]]): RouteTable {
  const elsewhere = others.map(({ items }) => new Map(items.map((item) => [likeness(item), item.programmed])));
  const hosts = others.map(({ items }) => new Map(items.map((item) => [item.host, item.programmed])));
  const items = first.items.map((item) => {
    if (item.programmed === null) return item;
    const same = elsewhere.map((rows, nth): Programmed => {
      const behind = { envoys: 0, of: hosts[nth]?.get(item.host)?.of ?? 0 };
      return rows.get(likeness(item)) ?? behind;
    });
    return { ...item, programmed: sumProgrammed([item.programmed, ...same]) };
  });
  return { ...first, items };
}

function likeness({ host, listener, source, via, match, action }: RouteItem): string {
  const backends =
    action?.type === 'Forward' ? action.backends.map(({ name, port, weight }) => [name, port, weight]) : action;
  return JSON.stringify([host, listener, source, via, match, backends]);
}

/** Everything below an include is what its child wrote. */
export function includeLive(
  proxy: JsonObject,
  pointer: string,
  child: { readonly name: string; readonly namespace: string | null },
  defaultNamespace: string,
): Expectation {
  return (items) => {
    const below = items.flatMap((item) => {
      const hop = hopBelow(item, proxy, defaultNamespace);
      return hop !== null && isPointer(hop.pointer, pointer) ? [{ item, next: hop.next }] : [];
    });
    const isNew = new Map(below.map(({ item, next }) => [item, isNamed(next, child, proxy, defaultNamespace)]));
    return stateOf([...isNew.keys()], (item) => isNew.get(item) === true);
  };
}

/** By which include of the object a row is reached, and in what it goes on; null where it is not. */
export function hopBelow(
  { via, source }: RouteItem,
  proxy: JsonObject,
  defaultNamespace: string,
): { readonly pointer: string; readonly next: SourceItem } | null {
  const chain = [...via, source];
  const at = chain.findIndex((each) => isWrittenIn(each, proxy, defaultNamespace));
  const [here, next] = [chain[at], chain[at + 1]];
  return here === undefined || next === undefined ? null : { pointer: here.pointer, next };
}

/** Whether a row goes on in what an include of the object names. */
export function isNamed(
  next: SourceItem,
  child: { readonly name: string; readonly namespace: string | null },
  proxy: JsonObject,
  defaultNamespace: string,
): boolean {
  return next.name === child.name && next.namespace === (child.namespace ?? namespaceOf(proxy) ?? defaultNamespace);
}

/** A place, or one inside it. */
export function isPointer(pointer: string, wanted: string): boolean {
  return pointer === wanted || pointer.startsWith(`${wanted}/`);
}

/** What rows say together: how far is the one that is furthest behind? */
export function stateOf(rows: readonly RouteItem[], isNew: (row: RouteItem) => boolean): LiveState {
  if (rows.length === 0) return { type: 'absent' };
  if (!rows.every(isNew)) return { type: 'old' };
  const broken = rows.filter(({ action }) => action?.type === 'Error');
  if (broken.length > 0) {
    const reasons = broken.flatMap(({ status }) =>
      status.reasons.map(({ reason, message }) => `${reason}: ${message}`),
    );
    return { type: 'invalid', reasons: [...new Set(reasons)] };
  }
  const counts = rows.map(({ programmed }) => programmed);
  if (counts.includes(null)) return { type: 'untold' };
  const known = counts.filter((count) => count !== null);
  const least = known.reduce((most, each) => (each.envoys < most.envoys ? each : most));
  return { type: 'served', ...least };
}

/** Whether a place is in the object. */
export function isWrittenIn(source: SourceItem, proxy: JsonObject, defaultNamespace: string): boolean {
  if (source.kind !== 'HTTPProxy' || source.name !== nameOf(proxy)) return false;
  return source.namespace === (namespaceOf(proxy) ?? defaultNamespace);
}

/** An object that nobody includes is served by nobody, so there is nothing to wait for. */
export function isOrphan(proxy: JsonObject): boolean {
  return valueAt(proxy, '/status/currentStatus') === 'orphaned';
}
