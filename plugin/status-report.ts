import type { ObjectItem } from '../routing/object-item.ts';
import type { ReportHead } from './report.ts';

/** The report that `status -o json` prints; its schema is docs/schemas/status.schema.json. */
export interface StatusReport extends ReportHead {
  readonly kind: 'StatusReport';
  readonly items: readonly ObjectItem[];
}
