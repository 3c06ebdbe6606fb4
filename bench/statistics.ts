import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Benchmark, quantile, type Row } from './benchmark.ts';
import { hostName, hostProxy, service } from './manifests.ts';
import { listOf, type Stand, startStand } from './stand.ts';

/** Longer than an Envoy is ever left alone. */
const restMs = 7_000;
const watchMs = 20_000;

/** What it costs an Envoy to tell what it has counted of two services, before any was used and after all were. */
export const statistics: Benchmark = async ({ hosts, progress }) => {
  const rows: Row[] = [];
  for (const size of hosts) {
    const stand = await startStand(filesOf(size));
    progress(`${size} hosts are served`);
    const unused = await measure(stand);
    await useEach(stand, size);
    progress(`${size} hosts were asked`);
    rows.push(
      { hosts: size, services: 'unused', ...unused },
      { hosts: size, services: 'used', ...(await measure(stand)) },
    );
    await stand.close();
  }
  return rows;
};

/** Nobody listens where their services lead, which is an answer too. */
function filesOf(size: number): ReadonlyMap<string, string> {
  const names = Array.from({ length: size }, (_, index) => index);
  return new Map(
    names.map((index) => [
      `host-${index}.json`,
      listOf([hostProxy(index, `own-${index}`), ...service(`own-${index}`, 9)]),
    ]),
  );
}

async function useEach(stand: Stand, size: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  for (let first = 0; first < size; first += 4) {
    const lanes = [0, 1, 2, 3].filter((lane) => first + lane < size);
    await Promise.all(lanes.map((lane) => ask(stand.httpPort, hostName(first + lane), agent)));
  }
  agent.destroy();
  await sleep(restMs);
}

function ask(port: number, host: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path: '/', headers: { host } }, (response) => {
      response.resume().on('end', resolve);
    }).on('error', reject);
  });
}

async function measure({ debugUrl, cpu }: Stand): Promise<Row> {
  const url = `${debugUrl}/debug/stats?service=bench/own-0:80&service=bench/own-1:80`;
  const waits: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await sleep(restMs);
    const begin = performance.now();
    await (await fetch(url)).text();
    waits.push(performance.now() - begin);
  }
  await sleep(restMs);
  const idle = await busy(cpu);
  const watch = new AbortController();
  const watched = fetch(`${url}&watch=1`, { signal: watch.signal }).then((answer) => answer.text());
  const watching = await busy(cpu);
  watch.abort();
  await watched.catch(() => {});
  return { 'one answer': quantile(waits, 0.5), 'busy, idle %': idle, 'busy, watched %': watching };
}

/** How much of one processor Envoy uses, in percent. */
async function busy(cpu: Stand['cpu']): Promise<number> {
  const before = await cpu();
  await sleep(watchMs);
  return Math.round((1000 * ((await cpu()).envoy - before.envoy)) / watchMs) / 10;
}
