import process from 'node:process';
import { openClusterStand } from '../test/cluster/cluster-stand.ts';
import { type ControllerProcess, startController, startControllerIn } from '../test/cluster/controller-process.ts';
import { takeoverMs } from '../test/cluster/lease-bounds.ts';
import { eventually } from '../test/support/eventually.ts';
import { type Inspector, inspectorUrl, openInspector } from '../test/support/inspector.ts';
import { createClient, type KubernetesClient } from '../kubernetes/client.ts';
import { openAccess } from '../kubernetes/kube-config.ts';
import type { Benchmark, Row } from './benchmark.ts';

const proxies = 200;
const changes = 20_000;
/** What is left after all of them may be so many times what is left after a quarter. */
const mostGrowth = 1.1;
const atOnce = 16;
const path = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies';
const signal = new AbortController().signal;

/** What a controller that does not lead keeps of 20,000 changes, after a quarter of them and after all. Fails where it grows. */
export const standby: Benchmark = async ({ progress }) => {
  const stand = await openClusterStand(`bench-${process.pid}`);
  const running: ControllerProcess[] = [];
  try {
    const flag = `--kubeconfig=${stand.kubeconfig}`;
    const leader = await startController(flag);
    running.push(leader);
    await eventually(() => mustLead(leader, true), takeoverMs);
    const follower = await startControllerIn({ nodeFlags: ['--inspect=127.0.0.1:0'] }, flag);
    running.push(follower);
    const client = openAdmin(stand.kubeconfig);
    await inLanes(proxies, (index) => client.write(path, { method: 'POST', body: proxy(index), signal }));
    const inspector = await openInspector(inspectorUrl(follower.output()));
    const rows: Row[] = [];
    for (const until of [changes / 4, changes]) {
      await change(client, Number(rows.at(-1)?.['changes'] ?? 0), until);
      await eventually(() => mustBeSame(leader, follower), 60_000);
      rows.push({ changes: until, 'heap MiB': await heapOf(inspector) });
      progress(`${until} changes were taken`);
    }
    inspector.close();
    mustLead(follower, false);
    return judged(rows);
  } finally {
    for (const controller of running) await controller.kill('SIGKILL');
    await stand.close();
  }
};

function judged(rows: readonly Row[]): readonly Row[] {
  const [quarter = 0, all = 0] = rows.map((row) => Number(row['heap MiB']));
  if (all > quarter * mostGrowth) throw new Error(`the heap has grown from ${quarter} to ${all} MiB`);
  return rows;
}

function openAdmin(kubeconfig: string): KubernetesClient {
  const ports = { env: {}, now: () => performance.now(), date: () => new Date() };
  const access = openAccess({ type: 'kubeconfig', files: [kubeconfig] }, ports);
  return createClient({ access, userAgent: 'contour-bench' });
}

const nameOf = (index: number): string => `standby-${index % proxies}`;
const proxy = (index: number): object => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name: nameOf(index) },
  spec: {
    virtualhost: { fqdn: `${nameOf(index)}.example.com` },
    routes: [{ directResponsePolicy: { statusCode: 200 } }],
  },
});

function change(client: KubernetesClient, from: number, until: number): Promise<void> {
  return inLanes(until - from, async (index) => {
    const value = 200 + (Math.floor((from + index) / proxies) % 300);
    const body = [{ op: 'replace', path: '/spec/routes/0/directResponsePolicy/statusCode', value }];
    const request = { method: 'PATCH', body, contentType: 'application/json-patch+json', signal } as const;
    await client.write(`${path}/${nameOf(from + index)}`, request);
  });
}

async function inLanes(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function mustLead(controller: ControllerProcess, expected: boolean): void {
  if (controller.leads() !== expected) throw new Error(`it ${expected ? 'does not lead' : 'leads'}`);
}

async function mustBeSame(one: ControllerProcess, other: ControllerProcess): Promise<void> {
  const [left, right] = await Promise.all([one, other].map(worldOf));
  if (left !== right) throw new Error('the standby does not have all changes yet');
}

async function worldOf({ debugUrl }: ControllerProcess): Promise<string> {
  const { items } = (await (await fetch(`${debugUrl}/debug/snapshot`)).json()) as { readonly items: readonly object[] };
  return JSON.stringify(items);
}

/** What can still be reached, buffers included. */
async function heapOf(inspector: Inspector): Promise<number> {
  await inspector.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await inspector.send('Runtime.getHeapUsage');
  return Math.round(((Number(usedSize) + Number(backingStorageSize)) / 1024 / 1024) * 100) / 100;
}
