import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKubernetesError } from '../../../kubernetes/errors.ts';
import type { FaultStand } from './stand.ts';
import { hostName, proxyName } from './world.ts';

/** One after the other, each until it is live. */
export interface Edits {
  /** After the one that is under way. Milliseconds from each acknowledged write to the first changed answer. */
  stop(): Promise<readonly number[]>;
}

const patienceMs = 90_000;

/** Hands host after host to the other backend. */
export function startEdits(stand: FaultStand): Edits {
  const stopped = new AbortController();
  const times: number[] = [];
  const run = async (): Promise<readonly number[]> => {
    for (let turn = 0; !stopped.signal.aborted; turn += 1) {
      const index = turn % stand.hosts;
      const isBack = Math.floor(turn / stand.hosts) % 2 === 1;
      times.push(await edit(stand, index, (index % 2 === 0) === isBack ? 'a' : 'b'));
      await sleep(200, undefined, { signal: stopped.signal }).catch(() => {});
    }
    return times;
  };
  const running = run();
  // Whoever stops is told.
  running.catch(() => {});
  return {
    stop() {
      stopped.abort();
      return running;
    },
  };
}

/** Rejects where it is not live in time. */
async function edit(stand: FaultStand, index: number, backend: 'a' | 'b'): Promise<number> {
  await write(stand, index, backend);
  const from = performance.now();
  for (;;) {
    if ((await answerOf(stand.httpPort, hostName(index))) === backend) return performance.now() - from;
    if (performance.now() - from > patienceMs)
      throw new Error(`${hostName(index)} is not at ${backend} after ${patienceMs} ms`);
    await sleep(10);
  }
}

/** Until it is acknowledged: there may be no API server at the moment. */
async function write({ client }: FaultStand, index: number, backend: string): Promise<void> {
  const path = `/apis/projectcontour.io/v1/namespaces/shop/httpproxies/${proxyName(index)}`;
  const body = [{ op: 'replace', path: '/spec/routes/0/services/0/name', value: backend }];
  const from = performance.now();
  for (;;) {
    try {
      const signal = AbortSignal.timeout(5_000);
      await client.write(path, { method: 'PATCH', body, contentType: 'application/json-patch+json', signal });
      return;
    } catch (error) {
      if (!isKubernetesError(error) && !(error instanceof Error && error.name === 'TimeoutError')) throw error;
      if (performance.now() - from > patienceMs) throw error;
      await sleep(100);
    }
  }
}

/** The Pod that answers. */
function answerOf(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/', headers: { host }, agent: false }, (response) => {
      text(response).then((body) => resolve((JSON.parse(body) as { pod: string }).pod), reject);
    }).once('error', reject);
  });
}
