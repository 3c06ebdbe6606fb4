import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { chooseCanary } from '../canary/choose-canary.ts';
import { chooseRoutes } from '../canary/choose-route.ts';
import { sharesOf, type PlanContext, type ServiceShare } from '../canary/plan.ts';
import { type RouteEntry, routeLabel, routesOf, type ServiceRef } from '../canary/proxy.ts';
import { recordOf } from '../canary/record.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';

/** Which weights of the object are watched, as the command line says it. */
export interface SubjectChoice {
  readonly route: string | null;
  readonly allRoutes: boolean;
  readonly to: ServiceRef | null;
}

/** The route whose weights are watched; several routes of one canary move together, and the first stands for all. */
export interface Subject {
  /** JSON pointer. */
  readonly pointer: string;
  readonly match: string;
  readonly services: readonly WatchedService[];
  /** Null where no one service is known to be the canary, and why. */
  readonly canary: WatchedService | null;
  readonly unknown: Problem | null;
}

export interface WatchedService extends ServiceShare {
  readonly isCanary: boolean;
}

export function subjectOf(proxy: JsonObject, choice: SubjectChoice, context: PlanContext): Subject | Problem {
  const read = recordOf(proxy);
  const record = read === null || isProblem(read) ? null : read;
  const routes = chooseRoutes(routesOf(proxy), choice, record, context);
  if (isProblem(routes)) return routes;
  const [route] = routes;
  if (route === undefined) return problemOf('no route of the object forwards to a service');
  const place = chooseCanary(route, { to: choice.to, stable: null }, record, context);
  return subjectIn(route, place);
}

/** The route that still has a canary that was known: after `promote --finish` nobody shares its requests any more. */
export function subjectWith(proxy: JsonObject, known: Pick<ServiceRef, 'name'>): Subject | null {
  for (const route of routesOf(proxy)) {
    const place = route.group.findIndex(({ name }) => name === known.name);
    if (place >= 0) return subjectIn(route, place);
  }
  return null;
}

function subjectIn(route: RouteEntry, place: number | Problem): Subject {
  const services = sharesOf(route).map((share, index) => ({ ...share, isCanary: index === place }));
  return {
    pointer: route.pointer,
    match: routeLabel(route.conditions),
    services,
    canary: services.find(({ isCanary }) => isCanary) ?? null,
    unknown: typeof place === 'number' ? null : place,
  };
}
