import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planStatus } from '../../../controller/status/plan.ts';
import type { AskProgramming, HostProgramming } from '../../../controller/status/programmed-condition.ts';
import type { ObjectStatus } from '../../../routing/graph/graph.ts';
import type { Diagnostic } from '../../../routing/objects/diagnostic.ts';
import { rootProxy, routeTo, service, worldOf } from './statuses.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
  readonly errors?: readonly { readonly message: string }[];
}
interface Status {
  readonly currentStatus?: string;
  readonly observedGeneration?: number;
  readonly conditions: readonly Condition[];
}

const world = worldOf([rootProxy('a', [routeTo('web')], 3), service], 'HTTPProxy/shop/a');
const broken = worldOf([rootProxy('a', [routeTo('web'), routeTo('gone')], 3), service], 'HTTPProxy/shop/a');
const states: Record<string, HostProgramming> = {
  accepted: { state: 'accepted' },
  pending: { state: 'pending' },
  refused: { state: 'refused', message: 'no such filter' },
  NoEnvoy: { state: 'unknown', reason: 'NoEnvoy', message: 'no Envoy is connected' },
  PeerUnreachable: { state: 'unknown', reason: 'PeerUnreachable', message: '10.0.0.7 cannot be asked' },
};
const is =
  (name: keyof typeof states): AskProgramming =>
  () =>
    states[name] as HostProgramming;
const early = '2026-01-01T00:00:00Z';
const late = '2026-01-02T00:00:00Z';

const plan = (stored: unknown, programming = is('accepted'), of = world, now = late): Status | null =>
  planStatus({ ...of, programming, stored, storedGeneration: 4, now }) as Status | null;
const merged = (stored: object, patch: object | null): Status => ({ ...stored, ...patch }) as Status;
const written = (of = world): Status => plan(undefined, is('accepted'), of, early) as Status;
const condition = (status: Status | null, type: string) => status?.conditions.find((one) => one.type === type);

describe('what is stored', () => {
  it('is left alone where it is right', () => expect(plan(written())).toBeNull());

  it('is left alone where it speaks of a newer generation', () => {
    expect(plan({ currentStatus: 'invalid', observedGeneration: 4 })).toBeNull();
    expect(plan({ conditions: [{ ...condition(written(), 'Valid'), observedGeneration: 4 }] })).toBeNull();
  });

  it('is written where it speaks of a generation that was never stored', () => {
    expect(plan({ currentStatus: 'invalid', observedGeneration: 5 })?.currentStatus).toBe('valid');
    const patch = plan({ conditions: [{ ...condition(written(), 'Valid'), observedGeneration: 5 }] });
    expect(condition(patch, 'Valid')?.observedGeneration).toBe(3);
  });

  it('is not written again for a field that the stored schema drops', () => {
    const { observedGeneration, ...pruned } = written();
    expect(observedGeneration).toBe(3);
    expect(plan(pruned)).toBeNull();
  });

  it('keeps conditions of other types, where they are and as they are', () => {
    const foreign = {
      type: 'x.io/Seen',
      status: 'True',
      reason: 'Yes',
      message: '',
      lastTransitionTime: early,
      x: [1],
    };
    const patch = plan({ conditions: [foreign] });
    expect(patch?.conditions.at(-1)).toEqual(foreign);
    expect(plan(merged({}, patch))).toBeNull();
  });

  it('is replaced where it is no status at all', () => {
    for (const odd of [
      null,
      5,
      'x',
      [],
      { conditions: 'x' },
      { conditions: [null, { type: 'x.io/A' }, [], 'Valid'] },
    ]) {
      expect(plan(odd)).toEqual({ ...written(), conditions: written().conditions.map((one) => dated(one, late)) });
    }
  });

  it('loses what is said no more', () => {
    const stored = written(broken);
    expect(condition(stored, 'Reconciling')?.reason).toBe('Invalid');
    expect(condition(plan(stored), 'Reconciling')).toBeUndefined();
  });
});

const dated = (one: Condition, lastTransitionTime: string): Condition => ({ ...one, lastTransitionTime });

describe('since when', () => {
  it('moves with what is said, and not with the generation', () => {
    const older = written();
    const edited = { ...world, status: { ...world.status, generation: 4 } };
    const next = plan(older, is('accepted'), edited);
    expect(condition(next, 'Valid')).toEqual({ ...condition(older, 'Valid'), observedGeneration: 4 });
    expect(condition(plan(older, is('accepted'), broken), 'Valid')?.lastTransitionTime).toBe(late);
    expect(condition(plan(older, is('accepted'), broken), 'HostClaimed')?.lastTransitionTime).toBe(early);
  });

  it('is now where it cannot be read', () => {
    const stored = { conditions: written().conditions.map((one) => dated(one, 'yesterday')), currentStatus: 'x' };
    expect(condition(plan(stored), 'Valid')?.lastTransitionTime).toBe(late);
  });
});

describe('Programmed', () => {
  const found = (name: keyof typeof states, stored?: unknown, of = world) => {
    const { status, reason, message } = condition(plan(stored, is(name), of), 'Programmed') ?? {};
    return { status, reason, message };
  };

  it.each([
    ['accepted', 'True', 'Programmed'],
    ['pending', 'False', 'Pending'],
    ['refused', 'False', 'Refused'],
    ['NoEnvoy', 'Unknown', 'NoEnvoy'],
    ['PeerUnreachable', 'Unknown', 'PeerUnreachable'],
  ])('of %s is %s, %s', (name, status, reason) => expect(found(name)).toMatchObject({ status, reason }));

  it('names what is not served beside what is', () => {
    expect(found('accepted', undefined, broken)).toMatchObject({
      status: 'True',
      message: expect.stringMatching(/ServiceUnresolvedReference at spec\.routes\[1\]/) as string,
    });
  });

  it('was true of a generation and stays so while Envoys come and go, or a peer is away', () => {
    for (const name of ['pending', 'NoEnvoy', 'PeerUnreachable']) expect(plan(written(), is(name))).toBeNull();
    expect(found('refused', written())).toMatchObject({ status: 'False', reason: 'Refused' });
  });

  it('is not true of a generation because it was of one before', () => {
    const edited = { ...world, status: { ...world.status, generation: 4 } };
    expect(found('pending', written(), edited)).toMatchObject({ status: 'False', reason: 'Pending' });
    expect(found('NoEnvoy', written(), edited)).toMatchObject({ status: 'Unknown', reason: 'NoEnvoy' });
  });
});

describe('a status fits into etcd', () => {
  const diagnostic = (message: string, index: number): Diagnostic => ({
    subject: world.status.ref,
    pointer: `/spec/routes/${index}`,
    type: 'RouteError',
    reason: 'Bad',
    message,
    severity: 'error',
  });
  const withErrors = (messages: readonly string[]) => {
    const status: ObjectStatus = { ...world.status, currentStatus: 'invalid', diagnostics: messages.map(diagnostic) };
    return plan(undefined, is('accepted'), { ...world, status }) as Status;
  };

  it('with twenty thousand errors', () => {
    const status = withErrors(Array.from({ length: 20_000 }, () => 'x'.repeat(900)));
    const { errors = [] } = condition(status, 'Valid') ?? {};
    expect(errors.length).toBe(101);
    expect(errors.at(-1)?.message).toBe('and 19900 more');
    expect(JSON.stringify(status).length).toBeLessThan(256 * 1024);
  });

  it('with messages of any length, cut between characters at 32,760 bytes', () => {
    const { errors = [] } = condition(withErrors(['é€😀'.repeat(20_000)]), 'Valid') ?? {};
    const [message = ''] = errors.map((error) => error.message);
    expect(Buffer.byteLength(message)).toBeGreaterThan(32_750);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(32_760);
    expect(message).not.toContain('�');
  });
});

describe('whatever is stored', () => {
  const text = fc.oneof(fc.constantFrom('', 'True', 'Valid', early, 'x'), fc.string());
  const type = fc.constantFrom('Valid', 'Programmed', 'HostClaimed', 'Included', 'Reconciling', 'x.io/Other');
  const anyCondition = fc.record(
    { type, status: text, reason: text, message: text, lastTransitionTime: text, observedGeneration: fc.nat(4) },
    { requiredKeys: ['type', 'status'] },
  );
  const stored = fc.record(
    {
      currentStatus: fc.oneof(text, fc.jsonValue()),
      description: fc.oneof(text, fc.jsonValue()),
      observedGeneration: fc.oneof(fc.nat(3), fc.jsonValue()),
      conditions: fc.oneof(fc.array(fc.oneof(anyCondition, fc.jsonValue() as fc.Arbitrary<unknown>)), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );

  it('one write makes it right, and a second finds nothing to do', () => {
    const property = (raw: object, first: string, then: string, of: typeof world): void => {
      const patch = plan(raw, is(first), of);
      const after = merged(raw, patch);
      expect(plan(after, is(first), of, '2026-01-03T00:00:00Z')).toBeNull();
      const again = plan(after, is(then), of, '2026-01-03T00:00:00Z');
      expect(plan(merged(after, again), is(then), of, '2026-01-04T00:00:00Z')).toBeNull();
    };
    const name = fc.constantFrom(...Object.keys(states));
    fc.assert(fc.property(stored, name, name, fc.constantFrom(world, broken), property), { numRuns: 2_000 });
  });
});
