import type { FileFault } from '../files/manifests.ts';

export const REPORT_API_VERSION = 'cli.kubectl-contour.io/v1';

/** Who answered. */
export type ReportSource =
  | { readonly from: 'files'; readonly version: string; readonly paths: readonly string[] }
  | {
      readonly from: 'controller';
      readonly version: string;
      readonly directory?: string | null;
      /** URL of the API server that it reads. */
      readonly cluster?: string;
      /** Where it was asked. */
      readonly url: string;
      /** `namespace/name` of the Pods that were asked, that whose answer this is first; not with a URL of the user's. */
      readonly pods?: readonly string[];
    }
  | {
      readonly from: 'api';
      readonly version: string;
      /** URL of the API server whose objects were compiled here. */
      readonly cluster: string;
      /** Of the kubeconfig; null without one. */
      readonly context: string | null;
      /** Those whose objects were read; null is all. */
      readonly namespaces: readonly string[] | null;
      /** What we may not read, as plain sentences: the answer holds a part of the truth where there are any. */
      readonly unread: readonly string[];
    };

/** First and last fields of every report. Each kind has a schema in docs/schemas. */
export interface ReportHead {
  readonly apiVersion: typeof REPORT_API_VERSION;
  readonly kind: string;
  readonly source: ReportSource;
  /** What is wrong with the files themselves. */
  readonly faults: readonly FileFault[];
}

/** What of a report is its own. */
export type ReportBody<Report extends ReportHead> = Omit<Report, keyof ReportHead>;
