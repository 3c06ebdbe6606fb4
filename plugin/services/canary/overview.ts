import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { REPORT_API_VERSION } from '../../report.ts';
import type { Backend, EndpointCount } from './backends.ts';
import { hostOf } from '../change/find-include.ts';
import { childLabel, includesOf } from '../change/includes.ts';
import { sharesOf } from './plan.ts';
import { isProblem } from '../change/problem.ts';
import { routeLabel, routesOf, serviceAt, type RouteEntry } from './proxy.ts';
import { recordOf, type CanaryRecord, type HistoryEntry, type RunState } from './record.ts';
import { baselineOf, shareItem, type ShareItem } from './report.ts';
import { sameJson } from '../change/same-json.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';

export interface SharedRoute {
  /** JSON pointer. */
  readonly route: string;
  readonly match: string;
  readonly services: readonly (ShareItem & {
    readonly canary: boolean;
    /** Null where nobody was asked, or nobody could say. */
    readonly endpoints: EndpointCount | null;
  })[];
}

/** How the requests of an HTTPProxy are shared, and what is on record of it. */
export interface CanaryItem {
  readonly object: {
    readonly apiVersion: string;
    readonly kind: 'HTTPProxy';
    readonly namespace: string | null;
    readonly name: string;
  };
  readonly host: string | null;
  /** False where no canary is on record. */
  readonly active: boolean;
  readonly canary: string | null;
  /** What the canary gets, in percent. */
  readonly percent: number | null;
  readonly by: string | null;
  readonly since: string | null;
  readonly steps: readonly number[];
  readonly baseline: Readonly<Record<string, number | null>> | null;
  readonly routes: readonly SharedRoute[];
  /** Includes that name another child than before. */
  readonly switched: readonly { readonly from: string; readonly to: string }[];
  readonly history: readonly HistoryEntry[];
  readonly run: RunState | null;
}

/** What `canary status` and `canary list` print; its schema is docs/schemas/canary-list.schema.json. */
export interface CanaryList {
  readonly apiVersion: typeof REPORT_API_VERSION;
  readonly kind: 'CanaryList';
  readonly items: readonly CanaryItem[];
}

export function canaryList(items: readonly CanaryItem[]): CanaryList {
  return { apiVersion: REPORT_API_VERSION, kind: 'CanaryList', items };
}

const noBackends: ReadonlyMap<string, Backend> = new Map();

/** A record that cannot be read counts as none here. */
export function canaryItem(proxy: JsonObject, backends: ReadonlyMap<string, Backend> = noBackends): CanaryItem {
  const read = recordOf(proxy);
  const record = read === null || isProblem(read) ? null : read;
  const routes = routesOf(proxy).filter(({ group }) => group.length > 1);
  const shared = routes.map((route) => sharedRoute(route, record, backends));
  const canary = shared.flatMap(({ services }) => services.filter((service) => service.canary));
  return {
    object: {
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      namespace: namespaceOf(proxy),
      name: nameOf(proxy),
    },
    host: hostOf(proxy),
    active: record !== null,
    canary: record?.canary ?? null,
    percent: canary[0]?.percent ?? null,
    by: record?.by ?? null,
    since: record?.since ?? null,
    steps: record?.steps ?? [],
    baseline: baselineOf(record),
    routes: shared,
    switched: switchesOf(proxy, record),
    history: record?.history ?? [],
    run: record?.run ?? null,
  };
}

function sharedRoute(
  route: RouteEntry,
  record: CanaryRecord | null,
  backends: ReadonlyMap<string, Backend>,
): SharedRoute {
  const canary = serviceAt(record?.canary ?? '', route.group);
  const services = sharesOf(route).map((share, place) => {
    const backend = backends.get(share.name);
    const endpoints = backend?.type === 'found' ? backend.endpoints : null;
    return { ...shareItem(share), canary: canary !== null && route.group[place] === canary, endpoints };
  });
  return { route: route.pointer, match: routeLabel(route.conditions), services };
}

function switchesOf(proxy: JsonObject, record: CanaryRecord | null): CanaryItem['switched'] {
  const includes = includesOf(proxy);
  return (record?.includes ?? []).flatMap((before) => {
    const now = includes.find(({ conditions }) => sameJson(conditions, before.conditions));
    return now === undefined || childLabel(now) === childLabel(before)
      ? []
      : [{ from: childLabel(before), to: childLabel(now) }];
  });
}
