import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { RouteItem } from '../../../routing/route-item.ts';
import type { Backend } from '../canary/backends.ts';
import { canaryItem, type CanaryItem } from '../canary/overview.ts';
import type { PlanContext } from '../canary/plan.ts';
import type { ServiceRef } from '../canary/proxy.ts';
import { routesLive } from '../canary/routes-live.ts';
import { isWrittenIn, type LiveState } from '../change/live.ts';
import { isProblem, type Problem } from '../change/problem.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { Facts } from './facts.ts';
import { subjectOf, subjectWith, type Subject, type SubjectChoice } from './subject.ts';

/** How far the weights that are written have come, for people. */
export type Reached = LiveState | { readonly type: 'unheard'; readonly reason: string };

/** All that is shown of a canary at one moment. */
export interface Moment {
  readonly item: CanaryItem;
  readonly gone: boolean;
  readonly subject: Subject | null;
  /** Why there is no subject. */
  readonly problem: Problem | null;
  readonly reached: Reached;
  readonly traffic: Traffic;
  /** A request that the watched route answers; null where nobody says which. */
  readonly url: string | null;
}

export interface Viewpoint {
  readonly choice: SubjectChoice;
  readonly context: PlanContext;
  readonly namespace: string;
}

/** @param before keeps which service the canary was: once it has everything, and its record is gone, nobody else knows */
export function momentOf(facts: Facts, view: Viewpoint, before: Moment | null): Moment {
  const { proxy, routes, gone, traffic } = facts;
  const rows = rowsOf(facts, view.namespace);
  const found = subjectIn(proxy, view, before);
  const isKnown = !isProblem(found);
  return {
    item: canaryItem(proxy, backendsIn(rows)),
    gone,
    subject: isKnown ? found : null,
    problem: isKnown ? null : found,
    reached: routes.table === null ? { type: 'unheard', reason: routes.reason } : reachedIn(facts, view.namespace),
    traffic,
    url: isKnown ? urlOf(rows, found.pointer) : null,
  };
}

function rowsOf({ proxy, routes }: Facts, namespace: string): readonly RouteItem[] {
  const items = routes.table?.items ?? [];
  return items.filter(({ source, order }) => order !== null && isWrittenIn(source, proxy, namespace));
}

function subjectIn(proxy: JsonObject, { choice, context }: Viewpoint, before: Moment | null): Subject | Problem {
  const known = before?.subject?.canary ?? null;
  if (choice.to !== null || known === null) return subjectOf(proxy, choice, context);
  const to: ServiceRef = { name: known.name, port: known.port };
  const same = subjectOf(proxy, { ...choice, to }, context);
  if (!isProblem(same) && same.canary !== null) return same;
  return subjectWith(proxy, known) ?? subjectOf(proxy, choice, context);
}

function reachedIn({ proxy, routes }: Facts, namespace: string): Reached {
  const { table } = routes;
  if (table === null) return { type: 'absent' };
  if (table.source.from !== 'controller') return { type: 'untold' };
  return routesLive(proxy, namespace)(table.items);
}

function backendsIn(rows: readonly RouteItem[]): ReadonlyMap<string, Backend> {
  const backends = rows.flatMap(({ action }) => (action?.type === 'Forward' ? action.backends : []));
  return new Map(backends.map(({ name, endpoints }) => [name, { type: 'found', endpoints }]));
}

function urlOf(rows: readonly RouteItem[], pointer: string): string | null {
  const row = rows.find(({ source }) => source.pointer === pointer);
  if (row === undefined || row.match === null) return null;
  const { path } = row.match;
  return `${row.listener}://${row.host.replace(/^\*/, 'any')}${path.type === 'Regex' ? '/' : path.value}`;
}
