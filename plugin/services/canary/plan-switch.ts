import { isList, isObject, valueAt, type JsonObject, type PatchOperation } from '../../../files/edit/json-patch.ts';
import { closest } from '../../../routing/objects/edit-distance.ts';
import { isChild, type FoundInclude } from '../change/find-include.ts';
import {
  childLabel,
  guardInclude,
  includeRemovals,
  includesOf,
  renameOperations,
  type IncludeEntry,
} from '../change/includes.ts';
import { type CanaryPlan, type PlanContext } from './plan.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { newRecord, recordOf, recordOperations, withHistory, type CanaryRecord } from './record.ts';
import { sameJson } from '../change/same-json.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';
import { type IncludeBaseline } from '../change/includes.ts';

export interface SwitchRequest {
  readonly found: FoundInclude;
  /** Of the child; its namespace where it is not that of the include now. */
  readonly to: Pick<IncludeBaseline, 'name' | 'namespace'>;
  /** A header by which people see the new child before everybody does; null to switch everybody. */
  readonly preview: JsonObject | null;
  /** Every HTTPProxy that could be named. */
  readonly proxies: readonly JsonObject[];
}

export interface SwitchPlan extends CanaryPlan {
  readonly from: string;
  readonly to: string;
}

/** Names another child in one include, all at once; or lets a header through to it, beside the include. */
export function planSwitch(request: SwitchRequest, context: PlanContext): SwitchPlan | Problem {
  const { found, preview } = request;
  const { proxy, include } = found;
  const child = { name: request.to.name, namespace: request.to.namespace ?? include.namespace };
  const fault = childFault(request, child);
  if (fault !== null) return fault;
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  const old = record ?? newRecord(context.by, context.at);
  const base = { from: childLabel(include), to: childLabel(child), changes: [], notes: [] };
  if (preview !== null) return { ...base, ...previewWith(found, child, preview, old, context) };
  if (childLabel(child) === childLabel(include)) return { ...base, operations: [], record };
  const seen = old.addedIncludes.filter((each) => childLabel(each) === childLabel(child));
  const previews = includeRemovals(proxy, seen);
  const next = switched(old, include, child, context);
  const operations = [
    ...(record !== null || context.remember ? recordOperations(proxy, next) : []),
    guardInclude(include),
    ...previews.guards,
    ...renameOperations(include, child),
    ...previews.operations,
  ];
  return { ...base, operations, record: next };
}

function switched(
  old: CanaryRecord,
  include: IncludeEntry,
  child: Pick<IncludeBaseline, 'name' | 'namespace'>,
  { by, at }: PlanContext,
): CanaryRecord {
  const { conditions, name, namespace } = include;
  const isKnown = old.includes.some((each) => sameJson(each.conditions, conditions));
  const includes = isKnown ? old.includes : [...old.includes, { conditions, name, namespace }];
  const addedIncludes = old.addedIncludes.filter((each) => childLabel(each) !== childLabel(child));
  const action = `switch ${childLabel(include)} -> ${childLabel(child)}`;
  return withHistory({ ...old, includes, addedIncludes }, { at, by, from: null, to: null, action });
}

function previewWith(
  { proxy, include }: FoundInclude,
  child: Pick<IncludeBaseline, 'name' | 'namespace'>,
  header: JsonObject,
  old: CanaryRecord,
  { by, at }: PlanContext,
): Pick<CanaryPlan, 'operations' | 'record'> {
  const conditions = [...(isList(include.conditions) ? include.conditions : []), { header }];
  const known = includesOf(proxy).find((each) => sameJson(each.conditions, conditions));
  const { conditions: _conditions, ...rest } = isObject(include.written) ? include.written : {};
  const value = {
    ...rest,
    name: child.name,
    ...(child.namespace === null ? {} : { namespace: child.namespace }),
    conditions,
  };
  const added = [
    ...old.addedIncludes.filter((each) => !sameJson(each.conditions, conditions)),
    { ...child, conditions },
  ];
  const action = `preview ${childLabel(child)}`;
  const record = withHistory({ ...old, addedIncludes: added }, { at, by, from: null, to: null, action });
  if (known !== undefined && childLabel(known) === childLabel(child)) return { operations: [], record: old };
  const write: readonly PatchOperation[] =
    known === undefined
      ? [{ op: 'add', path: `/spec/includes/${include.index + 1}`, value }]
      : [guardInclude(known), ...renameOperations(known, child)];
  return { operations: [...recordOperations(proxy, record), guardInclude(include), ...write], record };
}

/** What Contour would say of an include that names this child. */
function childFault(
  { found: { proxy }, proxies }: SwitchRequest,
  child: Pick<IncludeBaseline, 'name' | 'namespace'>,
): Problem | null {
  const target = proxies.find((each) => isChild(each, proxy, child));
  const label = childLabel({ name: child.name, namespace: child.namespace ?? namespaceOf(proxy) });
  if (target === undefined) {
    const names = proxies.filter((each) => isChild(each, proxy, { ...child, name: nameOf(each) })).map(nameOf);
    const similar = closest(child.name, names);
    return problemOf(
      `httpproxies.projectcontour.io "${label}" not found${similar === null ? '' : `; did you mean ${similar}?`}`,
    );
  }
  if (valueAt(target, '/spec/virtualhost') !== undefined)
    return problemOf(`${label} has a virtualhost of its own, so it cannot be included (RootIncludesRoot)`);
  if (target === proxy) return problemOf(`${label} would include itself (IncludeCreatesCycle)`);
  return reaches(target, proxy, proxies, [])
    ? problemOf(`${label} includes ${nameOf(proxy)} already (IncludeCreatesCycle)`)
    : null;
}

function reaches(
  from: JsonObject,
  wanted: JsonObject,
  proxies: readonly JsonObject[],
  seen: readonly JsonObject[],
): boolean {
  return includesOf(from).some((include) => {
    const child = proxies.find((each) => isChild(each, from, include));
    if (child === undefined || seen.includes(child)) return false;
    return child === wanted || reaches(child, wanted, proxies, [...seen, child]);
  });
}
