import type { DelegationItem } from '../routing/delegation-item.ts';
import type { ReportHead } from './report.ts';

/** The report that `delegate list -o json` prints; its schema is docs/schemas/delegation-list.schema.json. */
export interface DelegationList extends ReportHead {
  readonly kind: 'DelegationList';
  readonly items: readonly DelegationItem[];
  /** Whether there may be more, where we may not look. */
  readonly partial: boolean;
}
