import type { EnvoyTraffic, TrafficScope } from '../routing/traffic-item.ts';
import type { ReportHead } from './report.ts';

/** What each Envoy has counted since it started; its schema is docs/schemas/traffic-counts.schema.json. */
export interface TrafficReport extends ReportHead {
  readonly kind: 'TrafficCounts';
  readonly items: readonly EnvoyTraffic[];
  readonly services: readonly TrafficScope[];
  /** Why nobody counts where the answer comes from; null where Envoys do. */
  readonly unavailable: string | null;
}
