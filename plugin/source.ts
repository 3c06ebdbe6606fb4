import type { Graph } from '../routing/graph/graph.ts';
import type { KubernetesObject } from '../routing/objects/kubernetes-object.ts';
import type { RefKey } from '../routing/objects/ref.ts';
import type { RouteTablePorts } from '../routing/route-item.ts';
import type { FileFault } from '../files/manifests.ts';
import { REPORT_API_VERSION, type ReportBody, type ReportHead, type ReportSource } from './report.ts';

/** A world that was compiled here: from files, or from objects that the API server listed. */
export interface LocalWorld extends RouteTablePorts {
  readonly graph: Graph;
  readonly objects: ReadonlyMap<RefKey, KubernetesObject>;
}

/**
 * What a running controller answers on a page of its debug endpoint, and what files or listed objects answer here, by
 * the same pure function.
 */
export interface Question<Report extends ReportHead> {
  /** Without a slash in front: `debug/routes`. */
  readonly page: string;
  readonly parameters: URLSearchParams;
  /** Of the report: `RouteTable`. */
  readonly kind: Report['kind'];
  /** Of the report, as a sentence names it: `route table`. */
  readonly noun: string;
  answer(world: LocalWorld): ReportBody<Report>;
  /** Whether what a controller answered has the form that is read here; deeper it is taken as it is. */
  isBody(body: Readonly<Record<string, unknown>>): boolean;
  /** Several controllers, each with Envoys of its own, are one answer. Left out, the first one's is the answer. */
  merge?(reports: readonly [Report, ...Report[]]): Report;
}

/** The labels of one object. */
export type Labels = ReadonlyMap<string, string>;

/** Somebody who can be asked: files, running controllers, or the API server. */
export interface Source {
  /** That of the context, where a command without -n means it; null where it means all namespaces. */
  readonly defaultNamespace: string | null;
  /**
   * The objects whose labels fit a selector, all where that is null, with their labels; null where nobody knows labels.
   * Rejects with CommandFailure, where `signal` is aborted too.
   */
  readonly select: ((selector: string | null, signal: AbortSignal) => Promise<ReadonlyMap<RefKey, Labels>>) | null;
  /** Rejects with CommandFailure where it cannot answer. */
  ask<Report extends ReportHead>(question: Question<Report>): Promise<Report>;
  /**
   * Hands over a report at once, and another whenever the answer may have changed. Rejects where there is no first one;
   * what happens later is told to `warn` and waited out. Resolves when `signal` is aborted.
   */
  follow<Report extends ReportHead>(
    question: Question<Report>,
    sink: (report: Report) => void,
    warn: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Leaves nothing open. To be called once, however the asking ended. */
  close(): Promise<void>;
}

/** A question answered here. */
export function localReport<Report extends ReportHead>(
  question: Question<Report>,
  world: LocalWorld,
  source: ReportSource,
  faults: readonly FileFault[],
): Report {
  const head = { apiVersion: REPORT_API_VERSION, kind: question.kind, source };
  return { ...head, ...question.answer(world), faults } as ReportHead as Report;
}
