import type { Programmed } from './programmed.ts';
import type { ReasonItem, SourceItem } from './route-item.ts';

/** What is thought of one object. */
export interface ObjectItem {
  /** The object as a whole. */
  readonly source: SourceItem;
  /** `metadata.generation` of what was compiled; 0 in files that do not give one. */
  readonly generation: number;
  /** The hosts that it takes part in, or asks for, sorted. */
  readonly hosts: readonly string[];
  /** Whether it asks for a host itself. */
  readonly root: boolean;
  readonly currentStatus: 'valid' | 'invalid' | 'orphaned' | 'unverified';
  readonly description: string;
  /** What was found, errors first. */
  readonly conditions: readonly ReasonItem[];
  /** How many Envoys run all of its hosts as they are now, counted at the host where it is fewest; null where none was asked. */
  readonly programmed: Programmed | null;
}
