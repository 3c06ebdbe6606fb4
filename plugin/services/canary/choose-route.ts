import { closest } from '../../../routing/objects/edit-distance.ts';
import { isList, isObject, type Json } from '../../../files/edit/json-patch.ts';
import { type PlanContext } from './plan.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import { fitsRef, routeLabel, serviceLabel, type RouteEntry, type ServiceRef } from './proxy.ts';
import type { CanaryRecord } from './record.ts';
import { sameJson } from '../change/same-json.ts';

/** Which routes are meant. */
export interface RouteChoice {
  /** `--route`: a path, or `#N`. */
  readonly route: string | null;
  readonly allRoutes: boolean;
  /** `--to`: only routes that have this service are meant. */
  readonly to: ServiceRef | null;
}

/**
 * The routes of which weights are to move: those that are named, else those of the canary that is under way, else the
 * only one of which the requests are shared. Never a silent part of several.
 */
export function chooseRoutes(
  routes: readonly RouteEntry[],
  choice: RouteChoice,
  record: CanaryRecord | null,
  context: PlanContext,
): readonly RouteEntry[] | Problem {
  if (choice.route !== null) return choice.allRoutes ? contradiction : namedRoutes(routes, choice.route);
  const recorded = routes.filter(({ conditions }) =>
    record?.routes.some((each) => sameJson(each.conditions, conditions)),
  );
  if (recorded.length > 0 && !choice.allRoutes) return recorded;
  const shared = routes.filter(({ group }) => group.length > 1);
  const { to } = choice;
  const meant = to === null ? shared : shared.filter(({ group }) => group.some((service) => fitsRef(to, service)));
  if (meant.length === 1 || (meant.length > 1 && choice.allRoutes)) return meant;
  return meant.length === 0 ? nothingShared(routes, shared, to, context) : severalRoutes(meant, context);
}

/** The route beside or in which a canary is to start: any that forwards. */
export function chooseBase(
  routes: readonly RouteEntry[],
  choice: RouteChoice,
  context: PlanContext,
): readonly RouteEntry[] | Problem {
  if (choice.route !== null) return choice.allRoutes ? contradiction : namedRoutes(routes, choice.route);
  const forwarding = routes.filter(({ group }) => group.length > 0);
  if (forwarding.length === 1 || (forwarding.length > 1 && choice.allRoutes)) return forwarding;
  return forwarding.length === 0
    ? problemOf('no route of the object forwards to a service')
    : severalRoutes(forwarding, context);
}

const contradiction = problemOf('--route and --all-routes both say which routes are meant: give one of them');

function namedRoutes(routes: readonly RouteEntry[], named: string): readonly RouteEntry[] | Problem {
  const found = named.startsWith('#')
    ? routes.filter(({ index }) => `#${index}` === named)
    : routes.filter(({ conditions }) => pathsOf(conditions).includes(named));
  if (found.length === 1) return found;
  if (found.length > 1) return problemOf(`--route ${named} fits several routes`, listRoutes(found));
  const paths = routes.flatMap(({ conditions }) => pathsOf(conditions));
  const similar = closest(named, paths);
  const meant = similar === null ? '' : `; did you mean ${similar}?`;
  return problemOf(`the object has no route ${named}${meant}`, listRoutes(routes));
}

/** A route without a path answers all of them. */
function pathsOf(conditions: Json): readonly string[] {
  const all = isList(conditions) ? conditions.filter(isObject) : [];
  const paths = all.flatMap(({ prefix, exact, regex }) =>
    [prefix, exact, regex].filter((path) => typeof path === 'string'),
  );
  return paths.length === 0 ? ['/'] : paths;
}

function nothingShared(
  routes: readonly RouteEntry[],
  shared: readonly RouteEntry[],
  to: ServiceRef | null,
  { command, name }: PlanContext,
): Problem {
  const [only] = routes;
  if (to !== null && shared.length > 0)
    return problemOf(`no route of the object shares its requests with service ${serviceLabel(to)}`, listRoutes(shared));
  const services = only?.group.map(serviceLabel).join(', ') ?? '';
  const hint = `Add the other version first: ${command} start ${name} --to SERVICE`;
  const why =
    services === '' ? 'the object has no route with services' : 'no route of the object has two services or more';
  return problemOf(`no weighted route: ${why}`, [hint]);
}

function severalRoutes(routes: readonly RouteEntry[], { command, name }: PlanContext): Problem {
  const [first] = routes;
  return problemOf(`${routes.length} routes of ${name} could be meant`, [
    ...listRoutes(routes),
    `All of them: ${command} ${name} --all-routes …   one of them: --route '#${first?.index ?? 0}'`,
  ]);
}

function listRoutes(routes: readonly RouteEntry[]): readonly string[] {
  return routes.map(({ index, conditions, group }) => {
    const services = group.map((service) => `${serviceLabel(service)}=${service.weight ?? '-'}`);
    return `  #${index}  ${routeLabel(conditions)}  ${services.join(' ')}`;
  });
}
