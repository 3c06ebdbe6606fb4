import { findService, type PlanContext } from './plan.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import { routeLabel, serviceAt, serviceKey, serviceLabel, type RouteEntry, type ServiceRef } from './proxy.ts';
import type { CanaryRecord } from './record.ts';
import { effectiveWeights, percentsOf, percentText } from './weights.ts';

export interface CanaryChoice {
  /** `--to` */
  readonly to: ServiceRef | null;
  /** `--stable` */
  readonly stable: ServiceRef | null;
}

/**
 * The place in the group of the canary: what was named, else what was recorded, else the other one beside a stable one
 * that was named, else of two the one that gets nothing yet. Never a guess by name.
 */
export function chooseCanary(
  route: RouteEntry,
  { to, stable }: CanaryChoice,
  record: CanaryRecord | null,
  context: PlanContext,
): number | Problem {
  const stablePlace = stable === null ? null : findService(route, stable);
  if (stablePlace !== null && typeof stablePlace !== 'number') return stablePlace;
  const place = to === null ? recordedOrOnly(route, stablePlace, record) : findService(route, to);
  if (place !== null && typeof place !== 'number') return place;
  if (place !== null && place === stablePlace) return problemOf('--to and --stable name the same service');
  return place ?? undecided(route, context);
}

function recordedOrOnly(route: RouteEntry, stable: number | null, record: CanaryRecord | null): number | null {
  const { group } = route;
  const known = serviceAt(record?.canary ?? '', group);
  if (known !== null) return group.indexOf(known);
  if (group.length !== 2) return null;
  if (stable !== null) return 1 - stable;
  const idle = percentsOf(effectiveWeights(group)).indexOf(0);
  return idle < 0 ? null : idle;
}

function undecided({ conditions, group }: RouteEntry, { command, name }: PlanContext): Problem {
  const percents = percentsOf(effectiveWeights(group));
  return problemOf(
    `which service of route ${routeLabel(conditions)} is the canary?`,
    group.map((service, place) => {
      const share = percentText(percents[place] ?? 0).padStart(4);
      return `  ${share}  ${serviceLabel(service)}   ${command} ${name} --to ${serviceKey(service, group)} …`;
    }),
  );
}
