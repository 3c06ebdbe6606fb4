import type { JsonObject, PatchOperation } from '../../../files/edit/json-patch.ts';
import { chooseRoutes, type RouteChoice } from './choose-route.ts';
import {
  changeOf,
  findService,
  guardRoute,
  reweighted,
  sharesOf,
  weightOperations,
  type CanaryPlan,
  type PlanContext,
  type RouteChange,
} from './plan.ts';
import { includeRemovals } from '../change/includes.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { routeLabel, routesOf, serviceAt, type RouteEntry } from './proxy.ts';
import { recordOf, recordOperations, type CanaryRecord } from './record.ts';
import { sameJson } from '../change/same-json.ts';

export interface PromoteRequest extends RouteChoice {
  /** Whether the services that get nothing any more go too. */
  readonly finish: boolean;
}

/** All requests to the canary; what was added for it alone goes, and so does the record. */
export function planPromote(proxy: JsonObject, request: PromoteRequest, context: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  const isSwitch = record !== null && record.canary === null && record.includes.length > 0;
  const routes = isSwitch ? [] : promotedRoutes(proxy, request, record, context);
  if (isProblem(routes)) return routes;
  const promoted: Promoted[] = [];
  for (const route of routes) {
    const each = promote(route, request, record);
    if (isProblem(each)) return each;
    promoted.push(each);
  }
  const added = routesOf(proxy).filter(({ conditions }) => isAddedRoute(conditions, record));
  // From the last to the first: what goes moves those behind it up.
  const removals = added.toReversed().map(({ pointer }): PatchOperation => ({ op: 'remove', path: pointer }));
  const previews = includeRemovals(proxy, record?.addedIncludes ?? []);
  const writes = [...promoted.flatMap(({ operations }) => operations), ...removals, ...previews.operations];
  return {
    operations:
      writes.length === 0 && record === null
        ? []
        : [
            ...recordOperations(proxy, null),
            ...[...routes, ...added].flatMap(guardRoute),
            ...previews.guards,
            ...writes,
          ],
    changes: promoted.map(({ change }) => change),
    record: null,
    notes: [],
  };
}

function isAddedRoute(conditions: RouteEntry['conditions'], record: CanaryRecord | null): boolean {
  return record?.addedRoutes.some((each) => sameJson(each, conditions)) ?? false;
}

/** Those of the canary; where only a condition led to it, the route beside which it was added. */
function promotedRoutes(
  proxy: JsonObject,
  request: PromoteRequest,
  record: CanaryRecord | null,
  context: PlanContext,
): readonly RouteEntry[] | Problem {
  if (request.to === null && (record?.canary ?? null) === null) {
    const { command, name } = context;
    return problemOf(`no canary of ${name} is on record, so it is not known what to promote`, [
      `Say it: ${command} promote ${name} --to SERVICE`,
    ]);
  }
  const routes = routesOf(proxy).filter(({ conditions }) => !isAddedRoute(conditions, record));
  return chooseRoutes(routes, request, record, context);
}

interface Promoted {
  readonly operations: readonly PatchOperation[];
  readonly change: RouteChange;
}

function promote(route: RouteEntry, { to, finish }: PromoteRequest, record: CanaryRecord | null): Promoted | Problem {
  const canary = to === null ? recorded(route, record) : findService(route, to);
  if (typeof canary !== 'number') return canary;
  const weights = route.group.map((_, place) => (place === canary ? 100 : 0));
  const after = reweighted(route, weights);
  if (!finish) return { operations: weightOperations(route, weights), change: changeOf(route, sharesOf(after)) };
  const kept = after.group[canary];
  const only = { ...after, group: kept === undefined ? [] : [kept] };
  const weight = weightOperations(
    route,
    route.group.map((service, place) => (place === canary ? 100 : service.weight)),
  );
  const gone = route.group.filter((_, place) => place !== canary).map(({ index }) => index);
  const removals = gone
    .toSorted((left, right) => right - left)
    .map((index): PatchOperation => ({ op: 'remove', path: `${route.pointer}/services/${index}` }));
  return { operations: [...weight, ...removals], change: changeOf(route, sharesOf(only)) };
}

function recorded({ conditions, group }: RouteEntry, record: CanaryRecord | null): number | Problem {
  const canary = record?.canary ?? '';
  const service = serviceAt(canary, group);
  if (service !== null) return group.indexOf(service);
  return problemOf(`the canary on record, ${canary}, is no longer in route ${routeLabel(conditions)}`);
}
