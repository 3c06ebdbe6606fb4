import { describe, expect, it } from 'vitest';
import { planStatus } from '../../../controller/status/plan.ts';
import type { HostProgramming } from '../../../controller/status/programmed-condition.ts';
import { rootProxy, routeTo, service, worldOf } from './statuses.ts';

interface Observed {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/**
 * The rules by which Flux, Helm and kpt judge a kind that they do not know.
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
function kstatus({ metadata, status }: Observed): 'Current' | 'InProgress' | 'Failed' {
  const says = (type: string) => status?.conditions?.find((condition) => condition.type === type)?.status;
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation)
    return 'InProgress';
  if (says('Reconciling') === 'True') return 'InProgress';
  if (says('Stalled') === 'True') return 'Failed';
  return ['False', 'Unknown'].includes(says('Ready') ?? '') ? 'InProgress' : 'Current';
}

const judged = (
  raw: ReturnType<typeof rootProxy>,
  programming: HostProgramming,
  generation = raw.metadata.generation,
) => {
  const world = worldOf([raw, service], `HTTPProxy/shop/${raw.metadata.name}`);
  const now = '2026-01-01T00:00:00Z';
  const status = planStatus({ ...world, programming: () => programming, stored: undefined, storedGeneration: 0, now });
  return kstatus({ metadata: { generation }, ...(status === null ? {} : { status }) });
};

describe('tools that judge by kstatus', () => {
  const sound = rootProxy('a', [routeTo('web')], 2);
  const { virtualhost: _, ...part } = sound.spec;

  it.each([
    ['a proxy that every Envoy runs', sound, { state: 'accepted' }, 'Current'],
    ['one that Envoys are still to accept', sound, { state: 'pending' }, 'InProgress'],
    ['one that an Envoy refused', sound, { state: 'refused', message: 'no' }, 'InProgress'],
    ['one in a cluster without Envoys', sound, { state: 'unknown', reason: 'NoEnvoy', message: '' }, 'Current'],
    ['one that is wrong', rootProxy('a', [routeTo('gone')]), { state: 'accepted' }, 'InProgress'],
    ['one that nobody includes yet', { ...sound, spec: part as typeof sound.spec }, { state: 'accepted' }, 'Current'],
  ] as const)('see %s', (_name, raw, programming, verdict) => expect(judged(raw, programming)).toBe(verdict));

  it('wait for an edit to be seen', () => expect(judged(sound, { state: 'accepted' }, 3)).toBe('InProgress'));
});
