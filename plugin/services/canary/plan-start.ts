import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type PatchOperation,
  valueAt,
} from '../../../files/edit/json-patch.ts';
import { chooseBase, type RouteChoice } from './choose-route.ts';
import {
  changeOf,
  guardRoute,
  sharesOf,
  weightOperations,
  type CanaryPlan,
  type PlanContext,
  type RouteChange,
} from './plan.ts';
import { ratiosBeside, withBaseline } from './plan-weight.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import {
  fitsRef,
  routeLabel,
  routesOf,
  serviceKey,
  serviceLabel,
  type RouteEntry,
  type ServiceEntry,
  type ServiceRef,
} from './proxy.ts';
import { newRecord, recordOf, recordOperations, withHistory, type CanaryRecord } from './record.ts';
import { shareOut } from './weights.ts';
import { sameJson } from '../change/same-json.ts';

export interface StartRequest extends RouteChoice {
  readonly to: ServiceRef;
  readonly percent: number;
  /** A condition that sends whoever fits it to the canary; null for none. */
  readonly condition: JsonObject | null;
  readonly steps: readonly number[];
}

/** Adds a canary to a route, or a route beside it whose requests all go to the canary, and records what was there. */
export function planStart(proxy: JsonObject, request: StartRequest, context: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  const busy = otherCanary(record, request.to, context);
  if (busy !== null) return busy;
  const routes = chooseBase(
    routesOf(proxy).filter((route) => !isAdded(route, record)),
    { ...request, to: null } as never,
    context,
  );
  if (isProblem(routes)) return routes;
  const started: Started[] = [];
  for (const route of routes.toReversed()) {
    const each = startIn(proxy, route, request, record);
    if (isProblem(each)) return each;
    started.push(each);
  }
  const next = nextRecord(routes, started, request, record, context);
  const writes = started.flatMap(({ operations }) => operations);
  const isNothing = writes.length === 0 && record !== null && sameSteps(record.steps, next.steps);
  return {
    operations: isNothing ? [] : [...recordOperations(proxy, next), ...routes.flatMap(guardRoute), ...writes],
    changes: started.map(({ change }) => change).toReversed(),
    record: next,
    notes: notesFor(proxy, routes),
  };
}

interface Started {
  readonly operations: readonly PatchOperation[];
  readonly change: RouteChange;
  /** What the record calls the canary. */
  readonly canary: string;
  /** What it got before, in percent. */
  readonly from: number;
  /** Conditions of a route that is added. */
  readonly added: Json | null;
}

function otherCanary(record: CanaryRecord | null, to: ServiceRef, { command, name }: PlanContext): Problem | null {
  if (record === null || record.canary === null || record.canary.split(':')[0] === to.name) return null;
  return problemOf(`a canary is under way already: ${record.canary}, started by ${record.by} at ${record.since}`, [
    `End it first: ${command} promote ${name}   or   ${command} abort ${name}`,
  ]);
}

function isAdded({ conditions }: RouteEntry, record: CanaryRecord | null): boolean {
  return record?.addedRoutes.some((each) => sameJson(each, conditions)) ?? false;
}

function startIn(
  proxy: JsonObject,
  route: RouteEntry,
  { to, percent, condition }: StartRequest,
  record: CanaryRecord | null,
): Started | Problem {
  const model = route.group.find((service) => fitsRef(to, service)) ?? route.group[0];
  if (model === undefined) return problemOf('the route has no service that a canary could stand beside');
  const canary = { name: to.name, port: to.port ?? model.port };
  if (route.group.every((service) => serviceLabel(service) === serviceLabel(canary)))
    return problemOf(
      `${serviceLabel(canary)} is all that route ${routeLabel(route.conditions)} has: name another service`,
    );
  const shared = shareWith(route, canary, model, percent, record);
  const beside = condition === null ? null : routeBeside(proxy, route, canary, model, condition);
  if (beside !== null && isProblem(beside)) return beside;
  const { group } = shared.after;
  const entry = group.find((service) => serviceLabel(service) === serviceLabel(canary));
  const change = changeOf(route, sharesOf(shared.after));
  return {
    operations: [...shared.operations, ...(beside?.operations ?? [])],
    change,
    canary: entry === undefined ? canary.name : serviceKey(entry, group),
    from: change.before.find(({ service }) => service === serviceLabel(canary))?.percent ?? 0,
    added: beside?.conditions ?? null,
  };
}

/** The canary among the services of the route. */
function shareWith(
  route: RouteEntry,
  canary: Pick<ServiceEntry, 'name' | 'port'>,
  model: ServiceEntry,
  percent: number,
  record: CanaryRecord | null,
): { readonly operations: readonly PatchOperation[]; readonly after: RouteEntry } {
  const known = route.group.findIndex((service) => serviceLabel(service) === serviceLabel(canary));
  const place = known < 0 ? route.group.length : known;
  const index = route.services.length;
  const group = known < 0 ? [...route.group, { ...canary, index, weight: 0 }] : route.group;
  const ratios = ratiosBeside({ ...route, group }, place, record);
  const weights = keepOrShare(route, group, place, percent, ratios);
  const after = { ...route, group: group.map((service, at) => ({ ...service, weight: weights[at] ?? 0 })) };
  const moved = weightOperations(route, weights.slice(0, route.group.length));
  if (known >= 0) return { operations: moved, after };
  const value = { ...serviceFrom(route, model, canary), weight: weights[place] ?? 0 };
  return { operations: [...moved, { op: 'add', path: `${route.pointer}/services/${index}`, value }], after };
}

/** A canary that gets nothing yet moves nobody, so weights that are written stay as they are. */
function keepOrShare(
  route: RouteEntry,
  group: readonly ServiceEntry[],
  place: number,
  percent: number,
  ratios: readonly number[],
): readonly number[] {
  const written = group.map(({ weight }, at) => (at === place ? 0 : (weight ?? 0)));
  const isShared = written.some((weight) => weight > 0);
  return percent === 0 && isShared && place >= route.group.length ? written : shareOut(place, percent, ratios);
}

/** With the protocol and policies of the service beside it: what differs is the version alone. */
function serviceFrom(route: RouteEntry, model: ServiceEntry, canary: Pick<ServiceEntry, 'name' | 'port'>): JsonObject {
  const written = route.services[model.index];
  const { weight: _weight, mirror: _mirror, ...kept } = isObject(written) ? written : {};
  return { ...kept, name: canary.name, ...(canary.port === null ? {} : { port: canary.port }) };
}

/** A route with one more condition, that goes to the canary alone. */
function routeBeside(
  proxy: JsonObject,
  route: RouteEntry,
  canary: Pick<ServiceEntry, 'name' | 'port'>,
  model: ServiceEntry,
  condition: JsonObject,
): { readonly operations: readonly PatchOperation[]; readonly conditions: Json } | Problem {
  const conditions = [...(isList(route.conditions) ? route.conditions : []), condition];
  const taken = routesOf(proxy).some((each) => sameJson(each.conditions, conditions));
  if (taken) return problemOf('a route with this condition is there already');
  const written = valueAt(proxy, route.pointer);
  const rest = isObject(written) ? written : {};
  const value = { ...rest, conditions, services: [serviceFrom(route, model, canary)] };
  return { operations: [{ op: 'add', path: route.pointer, value }], conditions };
}

function nextRecord(
  routes: readonly RouteEntry[],
  started: readonly Started[],
  { percent, steps, condition }: StartRequest,
  record: CanaryRecord | null,
  { by, at }: PlanContext,
): CanaryRecord {
  const old = record ?? newRecord(by, at);
  const [first] = started;
  const canary = first?.canary ?? null;
  const added = started.flatMap((each) => (each.added === null ? [] : [each.added]));
  const entry = {
    at,
    by,
    from: first?.from ?? 0,
    to: percent,
    action: condition === null ? 'start' : 'start with a condition',
  };
  return withHistory(
    {
      ...old,
      canary,
      steps: steps.length > 0 ? steps : old.steps,
      routes: routes.reduce(withBaseline, old.routes),
      addedRoutes: [...old.addedRoutes, ...added],
    },
    entry,
  );
}

function sameSteps(left: readonly number[], right: readonly number[]): boolean {
  return left.join() === right.join();
}

/** Cookies that bind a client to a Pod keep it there whatever the weights say. */
function notesFor(proxy: JsonObject, routes: readonly RouteEntry[]): readonly string[] {
  const sticky = routes.some(({ pointer }) => {
    const strategy = valueAt(proxy, `${pointer}/loadBalancerPolicy/strategy`);
    return strategy === 'Cookie' || strategy === 'RequestHash';
  });
  return sticky
    ? [
        'the route has a sticky loadBalancerPolicy: it binds a client to a Pod of the service that the weights chose, not to a service',
      ]
    : [];
}
