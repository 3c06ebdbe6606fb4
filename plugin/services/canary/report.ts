import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { REPORT_API_VERSION } from '../../report.ts';
import type { LiveOutcome } from '../change/await-live.ts';
import type { RouteChange, ServiceShare, CanaryPlan } from './plan.ts';
import type { CanaryRecord } from './record.ts';
import type { DryRun } from '../change/written.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';

export interface ShareItem {
  readonly service: string;
  readonly port: number | null;
  readonly weight: number | null;
  readonly percent: number;
}

export interface RouteChangeItem {
  /** JSON pointer of the route as it was. */
  readonly route: string;
  readonly match: string;
  readonly before: readonly ShareItem[];
  readonly after: readonly ShareItem[];
}

/** What `canary … -o json` prints; its schema is docs/schemas/canary-change.schema.json. */
export interface CanaryChange extends Partial<Pick<RouteChangeItem, 'route' | 'before' | 'after'>> {
  readonly apiVersion: typeof REPORT_API_VERSION;
  readonly kind: 'CanaryChange';
  readonly object: {
    readonly apiVersion: string;
    readonly kind: 'HTTPProxy';
    readonly namespace: string | null;
    readonly name: string;
  };
  /** `weight`, `start`, `step`, `promote`, `abort`, `switch`. */
  readonly action: string;
  readonly changed: boolean;
  /** All routes that changed; the first of them is repeated at the top. */
  readonly routes: readonly RouteChangeItem[];
  /** Weights that `abort` goes back to, by service; null where there is nothing to go back to. */
  readonly baseline: Readonly<Record<string, number | null>> | null;
  /** Of `switch`: the child that the include named, and names now. */
  readonly child?: { readonly from: string; readonly to: string };
  /** Null where nobody was asked, or nobody could say. */
  readonly programmed: { readonly envoys: number; readonly of: number; readonly seconds: number } | null;
  readonly dryRun: DryRun;
  readonly file?: { readonly path: string; readonly lines: readonly number[] };
}

export interface Done {
  readonly proxy: JsonObject;
  readonly action: string;
  readonly plan: CanaryPlan;
  readonly child: { readonly from: string; readonly to: string } | null;
  readonly outcome: LiveOutcome | null;
  readonly dryRun: DryRun;
  readonly file: { readonly path: string; readonly lines: readonly number[] } | null;
}

export function changeReport({ proxy, action, plan, child, outcome, dryRun, file }: Done): CanaryChange {
  const routes = plan.changes.map(routeItem);
  const [first] = routes;
  return {
    apiVersion: REPORT_API_VERSION,
    kind: 'CanaryChange',
    object: {
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      namespace: namespaceOf(proxy),
      name: nameOf(proxy),
    },
    action,
    changed: plan.operations.length > 0,
    ...(first === undefined ? {} : { route: first.route, before: first.before, after: first.after }),
    routes,
    baseline: baselineOf(plan.record),
    ...(child === null ? {} : { child }),
    programmed: outcome?.type === 'live' ? { envoys: outcome.envoys, of: outcome.of, seconds: outcome.seconds } : null,
    dryRun,
    ...(file === null ? {} : { file }),
  };
}

export function baselineOf(record: CanaryRecord | null): Readonly<Record<string, number | null>> | null {
  const weights = record?.routes[0]?.weights;
  return weights === undefined ? null : Object.fromEntries(weights);
}

function routeItem({ pointer, label, before, after }: RouteChange): RouteChangeItem {
  return { route: pointer, match: label, before: before.map(shareItem), after: after.map(shareItem) };
}

export function shareItem({ name, port, weight, percent }: ServiceShare): ShareItem {
  return { service: name, port, weight, percent };
}
