import type { TreeNode } from '../routing/tree-item.ts';
import type { ReportHead } from './report.ts';

/** The report that `tree -o json` prints; its schema is docs/schemas/tree.schema.json. */
export interface Tree extends ReportHead {
  readonly kind: 'Tree';
  readonly items: readonly TreeNode[];
}
