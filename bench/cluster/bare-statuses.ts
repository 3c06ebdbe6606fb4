import { type Api, never, proxiesPath } from './api.ts';
import { inLanes } from './lanes.ts';

const sampled = 1_000;
const lanes = 6;

/**
 * In ms: how long all statuses would take a loop that does nothing but write them, on a machine where nothing else is
 * done. What a controller takes beyond that is its own; this is the API server's and etcd's.
 */
export async function bareStatusesMs(api: Api, hosts: number): Promise<number> {
  const writes = Math.min(sampled, hosts);
  const started = performance.now();
  await inLanes(lanes, writes, (index) => writeStatus(api, index));
  return ((performance.now() - started) / writes) * hosts;
}

async function writeStatus(api: Api, index: number): Promise<void> {
  await api.write(`${proxiesPath}/host-${index}/status`, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    query: { fieldManager: 'contour' },
    body: { status: { description: `written by a loop, number ${index}` } },
    signal: never,
  });
}
