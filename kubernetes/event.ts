import type { ObjectRef } from '../routing/objects/ref.ts';
import type { KubernetesClient } from './client.ts';
import { ApiError } from './errors.ts';
import { microTime } from './micro-time.ts';
import { resources } from './resources.ts';

/** Something that happened to an object, for people: `kubectl describe` shows it for an hour. */
export interface Warning {
  /** Of the event: whoever tells the same twice gives it one name. */
  readonly name: string;
  readonly regarding: ObjectRef;
  readonly uid: string;
  /** Another object that has to do with it. */
  readonly related: ObjectRef;
  readonly reason: string;
  readonly note: string;
  readonly time: Date;
  /** Which process of `contour` says so. */
  readonly instance: string;
}

const apiVersion = 'events.k8s.io/v1';
/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
const longestNoteBytes = 1_000;
const idleMs = 10_000;

/** Resolves to whether it was new. Rejects with a KubernetesError. */
export async function createWarning(client: KubernetesClient, warning: Warning, signal: AbortSignal): Promise<boolean> {
  const { namespace } = warning.regarding;
  const path = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/events`;
  try {
    await client.write(path, { method: 'POST', body: bodyOf(warning), idleMs, signal });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

function bodyOf({ name, regarding, uid, related, reason, note, time, instance }: Warning): object {
  return {
    apiVersion,
    kind: 'Event',
    metadata: { namespace: regarding.namespace, name },
    eventTime: microTime(time),
    type: 'Warning',
    reason,
    action: 'Compile',
    note: Buffer.from(note).subarray(0, longestNoteBytes).toString(),
    regarding: { ...referenceOf(regarding), uid },
    related: referenceOf(related),
    reportingController: 'contour',
    reportingInstance: instance.slice(0, 128),
  };
}

function referenceOf({ kind, namespace, name }: ObjectRef): object {
  const resource = Object.values(resources).find((each) => each.kind === kind);
  return { apiVersion: resource?.apiVersion ?? '', kind, namespace, name };
}
