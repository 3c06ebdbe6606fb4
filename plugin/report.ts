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
      /** Where it was asked; not through the API server. */
      readonly url?: string;
      /** `namespace/name` of the Pods that were asked through the API server, that whose answer this is first. */
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
      /** What may not be read: the answer is a part of the truth where there is any. */
      readonly unread: readonly string[];
      /** Why no controller answers, as a plain sentence; null where none was to be asked. */
      readonly why: string | null;
    }
  | {
      readonly from: 'envoy';
      /** Of the Envoys; several where they differ. */
      readonly version: string;
      /** URL of the API server through which they were asked. */
      readonly cluster: string;
      /** `namespace/name` of the Pods that hold this, all the same. */
      readonly pods: readonly string[];
      /** What they hold beside, and cannot be told here: the answer is a part of the truth where there is any. */
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
