import type { Json, PatchOperation } from '../../../files/edit/json-patch.ts';
import { type Problem, problemOf } from '../change/problem.ts';
import { fitsRef, routeLabel, serviceLabel, type RouteEntry, type ServiceRef } from './proxy.ts';
import type { CanaryRecord } from './record.ts';
import { effectiveWeights, percentsOf } from './weights.ts';

/** What is about to happen, for people and for the API server. */
export interface CanaryPlan {
  /** Tests first: where one fails, nothing happens. Empty where all is so already. */
  readonly operations: readonly PatchOperation[];
  readonly changes: readonly RouteChange[];
  /** Null where no canary is under way afterwards. */
  readonly record: CanaryRecord | null;
  /** What people should know of it. */
  readonly notes: readonly string[];
}

export interface RouteChange {
  /** Of the route before the change. */
  readonly pointer: string;
  readonly conditions: Json;
  readonly label: string;
  readonly before: readonly ServiceShare[];
  readonly after: readonly ServiceShare[];
}

export interface ServiceShare {
  /** `web-v1:80` */
  readonly service: string;
  readonly name: string;
  readonly port: number | null;
  /** Null where none is written. */
  readonly weight: number | null;
  readonly percent: number;
}

/** Who does it, and when. */
export interface Author {
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
}

/** How the words on the command line begin that people are told to type: `kubectl contour canary`. */
export interface PlanContext extends Author {
  readonly command: string;
  /** As it was typed: `web`, `proxy/promote`. */
  readonly name: string;
  /** Whether a record is written where there is none: a file has its history elsewhere. */
  readonly remember: boolean;
}

/** The route is still the one that was read, and so are all its services. */
export function guardRoute({ pointer, conditions, services }: RouteEntry): readonly PatchOperation[] {
  return [
    { op: 'test', path: `${pointer}/conditions`, value: conditions },
    { op: 'test', path: `${pointer}/services`, value: services },
  ];
}

/** Only the weights that differ. */
export function weightOperations(route: RouteEntry, weights: readonly (number | null)[]): readonly PatchOperation[] {
  return route.group.flatMap(({ index, weight }, place): readonly PatchOperation[] => {
    const next = weights[place] ?? null;
    const path = `${route.pointer}/services/${index}/weight`;
    if (next === weight) return [];
    if (next === null) return [{ op: 'remove', path }];
    return [{ op: weight === null ? 'add' : 'replace', path, value: next }];
  });
}

export function changeOf(route: RouteEntry, after: readonly ServiceShare[]): RouteChange {
  const { pointer, conditions } = route;
  return { pointer, conditions, label: routeLabel(conditions), before: sharesOf(route), after };
}

export function sharesOf({ group }: RouteEntry): readonly ServiceShare[] {
  const percents = percentsOf(effectiveWeights(group));
  return group.map((service, place) => ({
    service: serviceLabel(service),
    name: service.name,
    port: service.port,
    weight: service.weight,
    percent: percents[place] ?? 0,
  }));
}

/** The same group with other weights. */
export function reweighted(route: RouteEntry, weights: readonly (number | null)[]): RouteEntry {
  return { ...route, group: route.group.map((service, place) => ({ ...service, weight: weights[place] ?? null })) };
}

/** The place in the group of the one service that is meant. */
export function findService(route: RouteEntry, ref: ServiceRef): number | Problem {
  const { group } = route;
  const places = group.flatMap((service, place) => (fitsRef(ref, service) ? [place] : []));
  const [place, second] = places;
  if (place === undefined) return noService(route, ref);
  if (second === undefined) return place;
  return problemOf(`route ${routeLabel(route.conditions)} has service ${serviceLabel(ref)} more than once`, [
    `Add the port: ${group.map(serviceLabel).join(', ')}`,
  ]);
}

function noService({ conditions, group }: RouteEntry, ref: ServiceRef): Problem {
  const services = group.map(serviceLabel).join(', ');
  return problemOf(`route ${routeLabel(conditions)} has no service ${serviceLabel(ref)}: it has ${services}`);
}
