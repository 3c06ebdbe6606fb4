import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type ClusterStand, openClusterStand } from './cluster-stand.ts';
import { type ControllerProcess, startControllerIn } from './controller-process.ts';
import { takeoverMs } from './lease-bounds.ts';
import { kubeconfigThrough, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const hourMs = 3_600_000;
let stand: ClusterStand;

beforeAll(async () => void (stand = await openClusterStand('skew')));
afterAll(() => stand.close());

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Skewed extends ControllerProcess {
  readonly hours: number;
  /** What stands between it and the API server, whose certificate would be of another time to it. */
  readonly api: RecordingProxy;
}

/** Another calendar, and the same monotonic clock. https://github.com/wolfcw/libfaketime */
function calendar(hours: number): Readonly<Record<string, string>> {
  const printed = execFileSync('faketime', ['-f', '+0', 'env'], { encoding: 'utf8', timeout: 20_000 });
  const library = /^LD_PRELOAD=(.+)$/m.exec(printed)?.[1];
  if (library === undefined) throw new Error(`faketime does not say where its library is: ${printed}`);
  return { LD_PRELOAD: library, FAKETIME: `${hours < 0 ? '' : '+'}${hours}h`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

async function startSkewed(hours: number): Promise<Skewed> {
  const api = await startRecordingProxy(stand.kubeconfig);
  cleanups.push(() => api.close());
  const started = await startControllerIn(
    { env: calendar(hours) },
    `--kubeconfig=${kubeconfigThrough(api, stand.folder)}`,
  );
  cleanups.push(() => started.kill('SIGKILL'));
  return { ...started, hours, api };
}

interface Lease {
  readonly holderIdentity: string;
  readonly leaseTransitions: number;
  readonly renewTime: string;
}

async function lease(): Promise<Lease> {
  const text = await stand.kubectl('get', 'lease', 'leader-elect', '-n', 'projectcontour', '-o', 'json');
  return (JSON.parse(text) as { readonly spec: Lease }).spec;
}

const attemptsOf = ({ api }: Skewed): number => api.seen.filter(({ path }) => path.includes('/leases')).length;
const leads = (one: Skewed) => eventually(() => expect(one.leads()).toBe(true), takeoverMs);

/** What it writes is of its own calendar, which is how far it really is from ours. */
async function expectCalendarOf({ hours }: Skewed): Promise<void> {
  const offMs = Date.parse((await lease()).renewTime) - Date.now();
  expect(offMs / hourMs).toBeCloseTo(hours, 0);
}

/** Two that differ by hours: the standby asks again and again, and the leader stays. */
async function expectNoSecondLeader(leader: Skewed, standby: Skewed): Promise<Lease> {
  const before = await lease();
  const [asked, renewed] = [attemptsOf(standby), attemptsOf(leader)];
  await eventually(() => {
    expect(attemptsOf(standby) - asked).toBeGreaterThanOrEqual(5);
    expect(attemptsOf(leader) - renewed).toBeGreaterThanOrEqual(5);
  }, 60_000);
  const { holderIdentity, leaseTransitions } = await lease();
  expect([holderIdentity, leaseTransitions]).toEqual([before.holderIdentity, before.leaseTransitions]);
  expect([leader.leads(), standby.leads()]).toEqual([true, false]);
  expect(standby.output()).not.toContain('msg="leading');
  return before;
}

it('controllers whose calendars are hours apart have one leader, and another only when it is killed', async () => {
  let leader = await startSkewed(0);
  await leads(leader);
  for (const hours of [3, -3, 0]) {
    await expectCalendarOf(leader);
    const standby = await startSkewed(hours);
    const before = await expectNoSecondLeader(leader, standby);
    await leader.kill('SIGKILL');
    await leads(standby);
    const after = await lease();
    expect(after.leaseTransitions).toBe(before.leaseTransitions + 1);
    expect(after.holderIdentity).not.toBe(before.holderIdentity);
    leader = standby;
  }
  await expectCalendarOf(leader);
}, 300_000);
