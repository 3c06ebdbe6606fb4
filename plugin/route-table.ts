import type { FileFault } from '../files/manifests.ts';
import type { RouteItem, RouteQuery } from '../routing/route-item.ts';

export const REPORT_API_VERSION = 'cli.kubectl-contour.io/v1';

/** Who answered. */
export type TableSource =
  | { readonly from: 'files'; readonly version: string; readonly paths: readonly string[] }
  | {
      readonly from: 'controller';
      readonly version: string;
      readonly directory?: string | null;
      /** URL of the API server that it reads. */
      readonly cluster?: string;
      /** Where it was asked. */
      readonly url: string;
    };

/** The report that `routes -o json` prints; its schema is docs/schemas/route-table.schema.json. */
export interface RouteTable {
  readonly apiVersion: typeof REPORT_API_VERSION;
  readonly kind: 'RouteTable';
  readonly source: TableSource;
  readonly items: readonly RouteItem[];
  /** What is wrong with the files themselves. */
  readonly faults: readonly FileFault[];
}

/** One step of a watched table. */
export interface RouteEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: RouteItem;
}

/** Somebody who can be asked for routes: files, or a running controller. */
export interface RouteSource {
  /** Rejects with CommandFailure where it cannot answer. */
  table(query: RouteQuery): Promise<RouteTable>;
  /**
   * Hands over each table that differs from the one before, the first at once. Rejects where there is no first one;
   * what happens later is told to `warn` and waited out. Resolves when `signal` is aborted.
   */
  watch(
    query: RouteQuery,
    sink: (table: RouteTable) => void,
    warn: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
}
