import type { JsonObject, PatchOperation } from '../../../files/edit/json-patch.ts';
import { guardInclude, includeRemovals, includesOf, childLabel, renameOperations } from '../change/includes.ts';
import {
  changeOf,
  guardRoute,
  sharesOf,
  weightOperations,
  type CanaryPlan,
  type PlanContext,
  type RouteChange,
} from './plan.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { routeLabel, routesOf, serviceAt, type RouteEntry } from './proxy.ts';
import { recordOf, recordOperations, type CanaryRecord, type RouteBaseline } from './record.ts';
import { sameJson } from '../change/same-json.ts';

/** Back to what was recorded before the first change; the record goes with it. */
export function planAbort(proxy: JsonObject, { command, name, remember }: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  if (record === null) {
    const hints = remember
      ? [`Set weights as they should be: ${command} ${name} --weight SERVICE=N,SERVICE=N`]
      : ['A file has its history in version control.'];
    return problemOf(`nothing is on record for ${name}: there is no canary to abort`, hints);
  }
  const routes = routesOf(proxy);
  const restored = record.routes.map((baseline) => restore(routes, baseline));
  const added = routes.filter(({ conditions }) => record.addedRoutes.some((each) => sameJson(each, conditions)));
  const removals = added.toReversed().map(({ pointer }): PatchOperation => ({ op: 'remove', path: pointer }));
  const includes = restoreIncludes(proxy, record);
  const previews = includeRemovals(proxy, record.addedIncludes);
  return {
    operations: [
      ...recordOperations(proxy, null),
      ...restored.flatMap(({ route }) => (route === null ? [] : guardRoute(route))),
      ...added.flatMap(guardRoute),
      ...includes.guards,
      ...previews.guards,
      ...restored.flatMap(({ operations }) => operations),
      ...includes.operations,
      ...removals,
      ...previews.operations,
    ],
    changes: restored.flatMap(({ change }) => (change === null ? [] : [change])),
    record: null,
    notes: [...restored.flatMap(({ notes }) => notes), ...includes.notes],
  };
}

interface Restored {
  readonly route: RouteEntry | null;
  readonly operations: readonly PatchOperation[];
  readonly change: RouteChange | null;
  readonly notes: readonly string[];
}

function restore(routes: readonly RouteEntry[], { conditions, weights }: RouteBaseline): Restored {
  const route = routes.find((each) => sameJson(each.conditions, conditions));
  if (route === undefined) {
    const note = `route ${routeLabel(conditions)} is no longer there, so nothing was put back in it`;
    return { route: null, operations: [], change: null, notes: [note] };
  }
  const known = [...weights].map(([key, weight]) => ({ key, weight, service: serviceAt(key, route.group) }));
  const stays = route.group.filter((each) => known.some(({ service }) => service === each));
  const goes = route.group.filter((each) => !stays.includes(each));
  const notes = known
    .filter(({ service }) => service === null)
    .map(({ key }) => `service ${key} is no longer in route ${routeLabel(conditions)}`);
  // Nobody who recorded anything is left, so what is there is somebody's new work.
  if (stays.length === 0) return { route: null, operations: [], change: null, notes };
  const before = safe(stays.map((each) => known.find(({ service }) => service === each)?.weight ?? null));
  const group = stays.map((service, place) => ({ ...service, weight: before[place] ?? null }));
  const moved = weightOperations({ ...route, group: stays }, before);
  const removed = goes
    .toReversed()
    .map(({ index }): PatchOperation => ({ op: 'remove', path: `${route.pointer}/services/${index}` }));
  return { route, operations: [...moved, ...removed], change: changeOf(route, sharesOf({ ...route, group })), notes };
}

/** All 0 means an even split to Contour, and looks like none: it is written as what it means. */
function safe(weights: readonly (number | null)[]): readonly (number | null)[] {
  return weights.every((weight) => weight === 0) ? weights.map(() => 1) : weights;
}

function restoreIncludes(
  proxy: JsonObject,
  record: CanaryRecord,
): {
  readonly guards: readonly PatchOperation[];
  readonly operations: readonly PatchOperation[];
  readonly notes: readonly string[];
} {
  const all = includesOf(proxy);
  const found = record.includes.map((baseline) => ({
    baseline,
    include: all.find(({ conditions }) => sameJson(conditions, baseline.conditions)),
  }));
  return {
    guards: found.flatMap(({ include }) => (include === undefined ? [] : [guardInclude(include)])),
    operations: found.flatMap(({ baseline, include }) =>
      include === undefined ? [] : renameOperations(include, baseline),
    ),
    notes: found.flatMap(({ baseline, include }) =>
      include === undefined ? [`the include that named ${childLabel(baseline)} is no longer there`] : [],
    ),
  };
}
