import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startRig } from './rig.ts';
import { inside } from './run.ts';

it('leaves nothing of Pods behind when the rig is killed', async () => {
  const fragile = await startRig({ name: `killed-${process.pid}`, env: process.env, say: () => {} });
  const run = (...words: readonly string[]) => inside(fragile, ['kubectl', ...words]);
  await run('create', 'deployment', 'web', '--image=node:26', '--', 'node', '-e', 'setInterval(() => {}, 1000)');
  await run('rollout', 'status', 'deployment/web', '--timeout=20s');
  const mine = new Set(networksUnder(fragile.pid));
  expect(mine.size).toBeGreaterThan(1);
  process.kill(fragile.pid, 'SIGKILL');
  await fragile.ended;
  await eventually(() => expect(networksOf(allProcesses()).filter((network) => mine.has(network))).toEqual([]));
});

function allProcesses(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
}

function networksOf(pids: readonly string[]): readonly string[] {
  return pids.flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/net`)];
    } catch {
      return [];
    }
  });
}

/** Those of a rig and of its Pods, which nobody else of this machine has. */
function networksUnder(pid: number): readonly string[] {
  return networksOf(allProcesses().filter((other) => isUnder(other, pid)));
}

function isUnder(pid: string, ancestor: number): boolean {
  for (let at = Number(pid); at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function parentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^PPid:\t([0-9]+)$/m.exec(status)?.[1]);
  } catch {
    return 0;
  }
}
