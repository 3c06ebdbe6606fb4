import type { RouteItem } from '../routing/route-item.ts';
import type { ReportHead } from './report.ts';

/** The report that `routes -o json` prints; its schema is docs/schemas/route-table.schema.json. */
export interface RouteTable extends ReportHead {
  readonly kind: 'RouteTable';
  readonly items: readonly RouteItem[];
}

/** One step of a watched table. */
export interface RouteEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: RouteItem;
}
