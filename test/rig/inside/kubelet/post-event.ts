import { messageOf } from '../../../../controller/fault.ts';
import type { Api } from '../api.ts';
import type { Pod } from './pod.ts';

/** Tells of something that went wrong with a Pod, for `kubectl describe`. */
export async function postEvent(api: Api, { metadata }: Pod, reason: string, message: string): Promise<void> {
  const { namespace, name, uid } = metadata;
  const now = new Date().toISOString();
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, generateName: `${name}.` },
    type: 'Warning',
    reason,
    message,
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    source: { component: 'kubelet' },
    firstTimestamp: `${now.slice(0, 19)}Z`,
    lastTimestamp: `${now.slice(0, 19)}Z`,
    count: 1,
  };
  await api.post(`/api/v1/namespaces/${namespace}/events`, event).catch((error: unknown) => {
    process.stderr.write(`an Event of ${namespace}/${name} is lost: ${messageOf(error)}\n`);
  });
}
