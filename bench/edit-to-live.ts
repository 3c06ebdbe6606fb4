import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Row } from './benchmark.ts';
import { quantile } from './benchmark.ts';
import { childProxy, delegatingRoot, hostName, hostProxy, service } from './manifests.ts';
import { createProber } from './prober.ts';
import { listOf, type Stand, startStand } from './stand.ts';
import { startWatcherDelay } from './watcher-delay.ts';

/** From the rename of a file to the first changed answer through Envoy. */
export const editToLive: Benchmark = async ({ hosts, children, routesPerHost, edits, progress }) => {
  const rows: Row[] = [];
  if (children > 0) {
    for (const routes of routesPerHost) {
      progress(`one host of ${routes} routes, delegated to ${children} proxies`);
      rows.push(await oneHost(children, Math.max(1, Math.round(routes / children)), edits));
    }
    return rows;
  }
  for (const size of hosts) {
    progress(`${size} hosts`);
    rows.push(await manyHosts(size, edits));
  }
  return rows;
};

async function manyHosts(hosts: number, edits: number): Promise<Row> {
  const files = new Map<string, string>();
  for (let index = 0; index < hosts; index += 1) {
    files.set(`host-${index}.json`, listOf([hostProxy(index, 'a'), ...service(`own-${index}`, 9)]));
  }
  const stand = await startStand(files);
  const edit = (turn: number, live: string): Edit => {
    const index = (turn * 7919) % hosts;
    const text = listOf([hostProxy(index, live), ...service(`own-${index}`, 9)]);
    return { file: `host-${index}.json`, text, host: hostName(index), path: '/' };
  };
  return { hosts, ...(await measure(stand, edits, edit)) };
}

async function oneHost(children: number, routes: number, edits: number): Promise<Row> {
  const files = new Map([['root.json', JSON.stringify(delegatingRoot(children))]]);
  for (let index = 0; index < children; index += 1) {
    files.set(`child-${index}.json`, JSON.stringify(childProxy(index, routes, 'a')));
  }
  const stand = await startStand(files);
  const bytes = await hostBytes(stand, hostName(0));
  const edit = (turn: number, live: string): Edit => {
    const index = (turn * 7) % children;
    return {
      file: `child-${index}.json`,
      text: JSON.stringify(childProxy(index, routes, live)),
      host: hostName(0),
      path: `/team-${index}`,
    };
  };
  return {
    children,
    'routes per host': children * routes,
    'bytes per edit': bytes,
    ...(await measure(stand, edits, edit)),
  };
}

interface Edit {
  readonly file: string;
  readonly text: string;
  readonly host: string;
  readonly path: string;
}

/** Every edit is made twice, there and back, so that the answer always has to change. */
async function measure(stand: Stand, edits: number, edit: (turn: number, live: string) => Edit): Promise<Row> {
  await calm(stand);
  const prober = createProber(stand.httpPort);
  const watcher = await startWatcherDelay(stand.directory);
  const times: number[] = [];
  const before = await stand.cpu();
  for (let turn = 0; turn < edits; turn += 1) {
    for (const live of ['b', 'a']) {
      const { file, text, host, path } = edit(turn, live);
      const at = await stand.replace(file, text);
      watcher.renamed(file, at);
      times.push(await prober.until(host, path, live, at));
    }
  }
  const after = await stand.cpu();
  prober.close();
  const delays = watcher.close();
  await stand.close();
  return {
    edits: times.length,
    'p50 ms': quantile(times, 0.5),
    'p99 ms': quantile(times, 0.99),
    'worst ms': quantile(times, 1),
    'watcher p50 ms': quantile(delays, 0.5),
    'watcher p99 ms': quantile(delays, 0.99),
    'controller CPU ms per edit': Math.round((after.controller - before.controller) / times.length),
    'Envoy CPU ms per edit, probing included': Math.round((after.envoy - before.envoy) / times.length),
  };
}

/** Readiness comes with the first world; the edits begin when the work that it left behind is done. */
async function calm(stand: Stand): Promise<void> {
  const before = await stand.cpu();
  await sleep(1000);
  const after = await stand.cpu();
  if (after.controller - before.controller > 100) await calm(stand);
}

/** Encoded size of what one edit of a host sends to Envoy. */
async function hostBytes(stand: Stand, host: string): Promise<number> {
  const answer = await fetch(`${stand.debugUrl}/debug/snapshot`);
  const snapshot = (await answer.json()) as { items: readonly { host: string | null; bytes: number; type: string }[] };
  return snapshot.items
    .filter((item) => item.host === host && item.type.endsWith('ScopedRouteConfiguration'))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
