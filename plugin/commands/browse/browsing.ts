import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import type { GuardFlags, ScreenFlags } from '../../command-line/screen-flags.ts';
import type { SourceFlags } from '../../command-line/source-flags.ts';
import type { Io } from '../../io.ts';
import type { ReportSource } from '../../report.ts';
import type { RouteTable } from '../../route-table.ts';
import type { Question, Source } from '../../source.ts';

export type BrowseFlags = SourceFlags &
  ConnectionFlags &
  GuardFlags &
  ScreenFlags & { readonly 'all-namespaces': boolean };

export interface BrowseJob {
  readonly flags: BrowseFlags;
  readonly host: string | null;
  readonly path: string | null;
  /** One list of routes, and no list of hosts. */
  readonly flat: boolean;
  readonly command: string;
}

/** What a screen full of routes is made from. */
export interface Browsing {
  readonly job: BrowseJob;
  readonly source: Source;
  readonly question: Question<RouteTable>;
  /** Null for all. */
  readonly namespace: string | null;
  readonly answerer: ReportSource;
  readonly io: Io;
}

/** Whether the routes are those of the cluster that the flags and the kubeconfig name. */
export function isClusters(answerer: ReportSource): boolean {
  return answerer.from === 'api' || (answerer.from === 'controller' && answerer.pods !== undefined);
}
