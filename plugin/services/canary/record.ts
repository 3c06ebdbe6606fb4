import {
  isList,
  isObject,
  valueAt,
  type Json,
  type JsonObject,
  type PatchOperation,
} from '../../../files/edit/json-patch.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import type { IncludeBaseline } from '../change/includes.ts';

/** Holds a record, so that whoever comes next knows what is going on and can go back. */
export const CANARY_ANNOTATION = 'kubectl-contour.io/canary';

/** What stood in a route before the first change. Weights by what `serviceKey` calls a service; null where none was written. */
export interface RouteBaseline {
  readonly conditions: Json;
  readonly weights: ReadonlyMap<string, number | null>;
}

export interface HistoryEntry {
  /** RFC 3339. */
  readonly at: string;
  readonly by: string;
  /** Of the canary, in percent; null where no one service is the canary. */
  readonly from: number | null;
  readonly to: number | null;
  /** What was done where it is not a move of weights: `switch blue -> green`. */
  readonly action?: string;
}

/** Steps that somebody drives. */
export interface RunState {
  /** Tells one driver from the next. */
  readonly id: string;
  readonly by: string;
  readonly interval: string;
  /** RFC 3339: when the next step is due. */
  readonly next: string;
}

/** A canary under way. */
export interface CanaryRecord {
  /** Key of the service; null where several moved by name. */
  readonly canary: string | null;
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
  readonly steps: readonly number[];
  readonly routes: readonly RouteBaseline[];
  /** Conditions of routes that `start` added. */
  readonly addedRoutes: readonly Json[];
  readonly includes: readonly IncludeBaseline[];
  /** Includes that `switch --preview-header` added. */
  readonly addedIncludes: readonly IncludeBaseline[];
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly run: RunState | null;
}

const LONGEST_HISTORY = 20;

export function newRecord(by: string, since: string): CanaryRecord {
  const nothing = { steps: [], routes: [], addedRoutes: [], includes: [], addedIncludes: [], history: [] };
  return { canary: null, by, since, ...nothing, run: null };
}

export function withHistory(record: CanaryRecord, entry: HistoryEntry): CanaryRecord {
  return { ...record, history: [...record.history, entry].slice(-LONGEST_HISTORY) };
}

/** What an object says of itself; null where no canary is under way. */
export function recordOf(proxy: JsonObject): CanaryRecord | null | Problem {
  const text = annotationOf(proxy);
  if (text === null) return null;
  const record = decodeRecord(text);
  return (
    record ??
    problemOf(`the annotation ${CANARY_ANNOTATION} of the object cannot be read`, [
      `Forget what it says: kubectl annotate httpproxy NAME ${CANARY_ANNOTATION}-`,
    ])
  );
}

function annotationOf(proxy: JsonObject): string | null {
  const annotations = valueAt(proxy, '/metadata/annotations');
  const text = isObject(annotations) ? annotations[CANARY_ANNOTATION] : undefined;
  return typeof text === 'string' ? text : null;
}

export function encodeRecord(record: CanaryRecord): string {
  const { canary, by, since, steps, routes, addedRoutes, includes, addedIncludes, history, run } = record;
  const list = (name: string, items: readonly unknown[]): object => (items.length === 0 ? {} : { [name]: items });
  const written = routes.map(({ conditions, weights }) => ({ baseline: Object.fromEntries(weights), conditions }));
  return JSON.stringify({
    // One route is the rule, and easier to read without a list around it.
    ...(written.length === 1 ? written[0] : list('routes', written)),
    ...(canary === null ? {} : { canary }),
    by,
    since,
    ...list('steps', steps),
    ...list('addedRoutes', addedRoutes),
    ...list('includes', includes),
    ...list('addedIncludes', addedIncludes),
    ...list('history', history),
    ...(run === null ? {} : { run }),
  });
}

function decodeRecord(text: string): CanaryRecord | null {
  let raw: Json;
  try {
    raw = JSON.parse(text) as Json;
  } catch {
    return null;
  }
  if (!isObject(raw)) return null;
  const run = raw['run'];
  return {
    canary: textOr(raw['canary'], null),
    by: textOr(raw['by'], ''),
    since: textOr(raw['since'], ''),
    steps: listOf(raw['steps']).filter((step) => typeof step === 'number'),
    routes: (isObject(raw['baseline']) ? [raw] : listOf(raw['routes'])).filter(isObject).map(decodeRoute),
    addedRoutes: listOf(raw['addedRoutes']),
    includes: listOf(raw['includes']).filter(isObject).map(decodeInclude),
    addedIncludes: listOf(raw['addedIncludes']).filter(isObject).map(decodeInclude),
    history: listOf(raw['history']).filter(isObject).map(decodeEntry),
    run: isObject(run)
      ? {
          id: textOr(run['id'], ''),
          by: textOr(run['by'], ''),
          interval: textOr(run['interval'], ''),
          next: textOr(run['next'], ''),
        }
      : null,
  };
}

function decodeRoute(raw: JsonObject): RouteBaseline {
  const baseline = raw['baseline'];
  const weights = Object.entries(isObject(baseline) ? baseline : {});
  return {
    conditions: raw['conditions'] ?? null,
    weights: new Map(weights.map(([service, weight]) => [service, typeof weight === 'number' ? weight : null])),
  };
}

function decodeInclude(raw: JsonObject): IncludeBaseline {
  return {
    conditions: raw['conditions'] ?? null,
    name: textOr(raw['name'], ''),
    namespace: textOr(raw['namespace'], null),
  };
}

function decodeEntry(raw: JsonObject): HistoryEntry {
  const { from, to, action } = raw;
  return {
    at: textOr(raw['at'], ''),
    by: textOr(raw['by'], ''),
    from: typeof from === 'number' ? from : null,
    to: typeof to === 'number' ? to : null,
    ...(typeof action === 'string' ? { action } : {}),
  };
}

function textOr<Otherwise>(value: Json | undefined, otherwise: Otherwise): string | Otherwise {
  return typeof value === 'string' ? value : otherwise;
}

function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** Writes the record, or takes it away, unless somebody else did since the object was read. */
export function recordOperations(proxy: JsonObject, record: CanaryRecord | null): readonly PatchOperation[] {
  const all = '/metadata/annotations';
  const path = `${all}/${CANARY_ANNOTATION.replaceAll('/', '~1')}`;
  const annotations = valueAt(proxy, all);
  const old = annotationOf(proxy);
  if (record === null && old === null) return [];
  if (record === null) return dropOperations(annotations, all, path, old);
  const value = encodeRecord(record);
  if (!isObject(annotations)) {
    return [
      { op: 'test', path: all, value: null },
      { op: 'add', path: all, value: { [CANARY_ANNOTATION]: value } },
    ];
  }
  return [
    { op: 'test', path, value: old },
    { op: old === null ? 'add' : 'replace', path, value },
  ];
}

/** An object that had no annotations before has none behind. */
function dropOperations(
  annotations: Json | undefined,
  all: string,
  path: string,
  old: string | null,
): readonly PatchOperation[] {
  const isOnly = isObject(annotations) && Object.keys(annotations).length === 1;
  if (isOnly) {
    return [
      { op: 'test', path: all, value: annotations },
      { op: 'remove', path: all },
    ];
  }
  return [
    { op: 'test', path, value: old },
    { op: 'remove', path },
  ];
}
