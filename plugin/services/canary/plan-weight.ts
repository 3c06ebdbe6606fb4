import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { chooseCanary, type CanaryChoice } from './choose-canary.ts';
import { chooseRoutes, type RouteChoice } from './choose-route.ts';
import {
  changeOf,
  guardRoute,
  reweighted,
  sharesOf,
  weightOperations,
  type CanaryPlan,
  type PlanContext,
} from './plan.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { routesOf, serviceAt, serviceKey, type RouteEntry } from './proxy.ts';
import { newRecord, recordOf, recordOperations, withHistory, type CanaryRecord, type RouteBaseline } from './record.ts';
import { effectiveWeights, exactWeights, percentsOf, shareOut, type WeightWish } from './weights.ts';
import { sameJson } from '../change/same-json.ts';

export interface WeightRequest extends RouteChoice, CanaryChoice {
  readonly wish: WeightWish;
}

/** New weights of one route. */
interface Move {
  readonly route: RouteEntry;
  readonly weights: readonly number[];
  /** Place in the group; null where each service was named. */
  readonly canary: number | null;
}

/** Moves weights between the services of one route or of several. */
export function planWeight(proxy: JsonObject, request: WeightRequest, context: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  const routes = chooseRoutes(routesOf(proxy), request, record, context);
  if (isProblem(routes)) return routes;
  const moves: Move[] = [];
  for (const route of routes) {
    const move = moveOf(route, request, record, context);
    if (isProblem(move)) return move;
    moves.push(move);
  }
  return planMoves(proxy, moves, record, context);
}

function moveOf(
  route: RouteEntry,
  { wish, to, stable }: WeightRequest,
  record: CanaryRecord | null,
  context: PlanContext,
): Move | Problem {
  if (route.group.length < 2)
    return problemOf('the route has one service alone: there is nobody to share with', [
      `Add the other version first: ${context.command} start ${context.name} --to SERVICE`,
    ]);
  const canary = chooseCanary(route, { to, stable }, record, context);
  if (wish.type === 'exact') {
    const weights = exactWeights(route.group, wish);
    return isProblem(weights) ? weights : { route, weights, canary: typeof canary === 'number' ? canary : null };
  }
  if (typeof canary !== 'number') return canary;
  const ratios = ratiosBeside(route, canary, record);
  return { route, weights: shareOut(canary, wish.percent, ratios), canary };
}

/** How the others share what the canary leaves: as now; where they have nothing, as at first; else alike. */
export function ratiosBeside(route: RouteEntry, canary: number, record: CanaryRecord | null): readonly number[] {
  const others = (ratios: readonly number[]): readonly number[] =>
    ratios.map((ratio, place) => (place === canary ? 0 : ratio));
  const now = others(effectiveWeights(route.group));
  if (now.some((ratio) => ratio > 0)) return now;
  const baseline = record?.routes.find(({ conditions }) => sameJson(conditions, route.conditions));
  const weights = [...(baseline?.weights ?? [])].map(([key, weight]) => [serviceAt(key, route.group), weight] as const);
  const before = others(route.group.map((service) => weights.find(([each]) => each === service)?.[1] ?? 0));
  return before.some((ratio) => ratio > 0) ? before : others(route.group.map(() => 1));
}

function planMoves(
  proxy: JsonObject,
  moves: readonly Move[],
  record: CanaryRecord | null,
  context: PlanContext,
): CanaryPlan {
  const changes = moves.map(({ route, weights }) => changeOf(route, sharesOf(reweighted(route, weights))));
  const writes = moves.map(({ route, weights }) => ({ route, operations: weightOperations(route, weights) }));
  if (writes.every(({ operations }) => operations.length === 0)) return { operations: [], changes, record, notes: [] };
  const next = record !== null || context.remember ? nextRecord(moves, record, context) : null;
  const operations = [
    ...(next === null ? [] : recordOperations(proxy, next)),
    ...writes.flatMap(({ route, operations: each }) => [...guardRoute(route), ...each]),
  ];
  return { operations, changes, record: next, notes: [] };
}

function nextRecord(moves: readonly Move[], record: CanaryRecord | null, { by, at }: PlanContext): CanaryRecord {
  const old = record ?? newRecord(by, at);
  const [first] = moves;
  const canary = first === undefined || first.canary === null ? undefined : first.route.group[first.canary];
  const routes = moves.reduce((known, { route }) => withBaseline(known, route), old.routes);
  const name = canary === undefined ? old.canary : serviceKey(canary, first?.route.group ?? []);
  return withHistory({ ...old, canary: name, routes }, { at, by, ...moved(first) });
}

/** What stood there before the first change stays what abort goes back to. */
export function withBaseline(known: readonly RouteBaseline[], route: RouteEntry): readonly RouteBaseline[] {
  if (known.some(({ conditions }) => sameJson(conditions, route.conditions))) return known;
  const weights = route.group.map((service) => [serviceKey(service, route.group), service.weight] as const);
  return [...known, { conditions: route.conditions, weights: new Map(weights) }];
}

function moved(move: Move | undefined): { readonly from: number | null; readonly to: number | null } {
  if (move === undefined || move.canary === null) return { from: null, to: null };
  const { route, weights, canary } = move;
  return {
    from: percentsOf(effectiveWeights(route.group))[canary] ?? null,
    to: percentsOf(weights)[canary] ?? null,
  };
}
