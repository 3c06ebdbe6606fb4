import { Agent, get } from 'node:http';
import { type Benchmark, type Row } from './benchmark.ts';
import { hostName, hostProxy, service } from './manifests.ts';
import { createProber } from './prober.ts';
import { listOf, startStand } from './stand.ts';

/** What constant load saw while hosts were edited at random. */
interface Tally {
  requests: number;
  failed: number;
  cut: number;
}

/** Random edits under constant load: no request may fail and no connection may be cut. */
export const churn: Benchmark = async ({ hosts, edits, progress }) => {
  const size = hosts[0] ?? 100;
  const files = new Map<string, string>();
  for (let index = 0; index < size; index += 1) files.set(`host-${index}.json`, text(index, 'a'));
  const stand = await startStand(files);
  const prober = createProber(stand.httpPort);
  const tally: Tally = { requests: 0, failed: 0, cut: 0 };
  const stop = new AbortController();
  const load = Array.from({ length: 4 }, (_, lane) => keepAsking(stand.httpPort, size, lane, tally, stop.signal));
  const live = Array.from({ length: size }, () => 'a');
  const random = numbers(20_261_120);
  for (let edit = 0; edit < edits; edit += 1) {
    if (edit % 100 === 0) progress(`${edit} of ${edits} edits, ${tally.requests} requests`);
    const index = random() % size;
    live[index] = live[index] === 'a' ? 'b' : 'a';
    const at = await stand.replace(`host-${index}.json`, text(index, live[index]));
    if (edit % 10 === 0) await prober.until(hostName(index), '/', live[index], at);
  }
  stop.abort();
  await Promise.all(load);
  prober.close();
  await stand.close();
  const row: Row = { hosts: size, edits, requests: tally.requests, failed: tally.failed, 'connections cut': tally.cut };
  return [row];
};

function text(index: number, live: string): string {
  return listOf([hostProxy(index, live), ...service(`own-${index}`, 9)]);
}

/** One connection that asks host after host until told to stop. Either backend is a right answer. */
async function keepAsking(port: number, hosts: number, lane: number, tally: Tally, stop: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let sockets = 0;
  for (let turn = lane; !stop.aborted; turn += 1) {
    await new Promise<void>((done) => {
      const request = get(
        { agent, host: '127.0.0.1', port, path: '/', headers: { host: hostName(turn % hosts) } },
        (response) => {
          if (response.statusCode !== 200) tally.failed += 1;
          response.resume().on('end', done);
        },
      );
      request.on('socket', () => (sockets += request.reusedSocket ? 0 : 1));
      request.on('error', () => {
        tally.failed += 1;
        done();
      });
    });
    tally.requests += 1;
  }
  tally.cut += sockets - 1;
  agent.destroy();
}

/** The same numbers in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
