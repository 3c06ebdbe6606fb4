import { expect } from 'vitest';
import { planStatus } from '../../controller/status/plan.ts';
import type { AskProgramming } from '../../controller/status/programmed-condition.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { type Compiler, createCompiler } from '../../routing/compile.ts';
import { claimMessage } from '../../routing/objects/host-claim.ts';
import { type HTTPProxy, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { type RefKey, refKey } from '../../routing/objects/ref.ts';
import type { Case } from './read-case.ts';

type Status = Readonly<Record<string, unknown>>;

/** What `status.yaml` holds a document of for each step. */
export interface PlayedStatuses {
  readonly step: string;
  readonly statuses: Readonly<Record<string, Status>>;
}

const accepted: AskProgramming = () => ({ state: 'accepted' });

/**
 * Plays a case as a leader that writes at once to an API server that stores what it is sent, an hour after the last
 * step. What is written is read back, which must move no host and leave nothing to write.
 */
export function playStatuses({ settings, steps }: Case, programming = accepted): readonly PlayedStatuses[] {
  const compiler = createCompiler(settings, { inspectKeyPair });
  const objects = new Map<RefKey, KubernetesObject>();
  const stored = new Map<RefKey, Status>();
  return steps.map(({ name, changes }, index) => {
    for (const change of changes) {
      const key = refKey(change.type === 'delete' ? change.ref : refOf(change.object));
      if (change.type === 'delete') objects.delete(key);
      else objects.set(key, change.object);
      if (change.type === 'delete') stored.delete(key);
    }
    compiler.apply(changes.map((change) => (change.type === 'delete' ? change : withRecord(change.object, stored))));
    const now = `2026-01-01T0${index}:00:00Z`;
    const write = (): boolean => writeAll(compiler, objects, stored, programming, now);
    write();
    const { hosts } = compiler.apply([...objects.values()].map((object) => withRecord(object, stored)));
    expect([...hosts], 'hosts that the record moves when it comes back').toEqual([]);
    expect(write(), 'a second look finds everything written').toBe(false);
    const found = [...stored].sort(([left], [right]) => (left < right ? -1 : 1));
    return { step: name, statuses: Object.fromEntries(found) };
  });
}

function writeAll(
  { graph }: Compiler,
  objects: ReadonlyMap<RefKey, KubernetesObject>,
  stored: Map<RefKey, Status>,
  programming: AskProgramming,
  now: string,
): boolean {
  let written = false;
  for (const [key, status] of graph.objects) {
    if (objects.get(key)?.kind !== 'HTTPProxy') continue;
    const patch = planStatus({
      graph,
      status,
      programming,
      stored: stored.get(key),
      storedGeneration: status.generation,
      now,
    });
    if (patch === null) continue;
    stored.set(key, { ...stored.get(key), ...patch });
    written = true;
  }
  return written;
}

/** The object with the record that was written of it, as a watch would tell. */
function withRecord(object: KubernetesObject, stored: ReadonlyMap<RefKey, Status>) {
  if (object.kind !== 'HTTPProxy') return { type: 'upsert', object } as const;
  const status = stored.get(refKey(refOf(object)));
  const hostClaimedAt = status === undefined ? object.hostClaimedAt : recordIn(status, object);
  return { type: 'upsert', object: { ...object, hostClaimedAt } } as const;
}

interface Told {
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

function recordIn({ conditions }: Status, proxy: HTTPProxy): string | null {
  const record = (conditions as readonly Told[]).find(({ type }) => type === 'HostClaimed');
  const counts = record?.status === 'True' && record.message === claimMessage(proxy);
  return counts ? record.lastTransitionTime : null;
}
