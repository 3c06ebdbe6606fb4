import { describe, expect, it } from 'vitest';
import { createMemo } from '../../../routing/store/memo.ts';
import { kindOfRead, objectOfRead, readKey } from '../../../routing/store/read-key.ts';

const read = (name: string) => readKey.object({ kind: 'Service', namespace: 'shop', name });

function counting(reads: Map<string, readonly string[]>) {
  const runs: string[] = [];
  const memo = createMemo<{ readonly size: number }>(
    (key, record) => {
      runs.push(key);
      for (const name of reads.get(key) ?? []) record(read(name));
      return { size: (reads.get(key) ?? []).length };
    },
    () => true,
  );
  return { memo, runs };
}

describe('the memo', () => {
  it('computes once, and knows who read what', () => {
    const { memo, runs } = counting(
      new Map([
        ['one', ['a', 'b']],
        ['two', ['b']],
      ]),
    );
    memo.get('one');
    memo.get('one');
    memo.get('two');
    expect(runs).toEqual(['one', 'two']);
    expect(memo.readersOf([read('b')])).toEqual(new Set(['one', 'two']));
    expect(memo.readersOf([read('a')])).toEqual(new Set(['one']));
    expect(memo.readersOf([read('c')])).toEqual(new Set());
    expect(memo.readsOf('one')).toEqual([read('a'), read('b')]);
  });

  it('keeps the identity of an equal result', () => {
    const reads = new Map([['one', ['a']]]);
    const { memo } = counting(reads);
    const before = memo.get('one');
    reads.set('one', ['b']);
    expect(memo.refresh('one')).toBe(false);
    expect(memo.get('one')).toBe(before);
    reads.set('one', ['b', 'c']);
    expect(memo.refresh('one')).toBe(true);
    expect(memo.get('one')).not.toBe(before);
  });

  it('forgets reads that a unit no longer makes, and units that are forgotten', () => {
    const reads = new Map([['one', ['a']]]);
    const { memo } = counting(reads);
    memo.get('one');
    reads.set('one', ['b']);
    memo.refresh('one');
    expect(memo.readersOf([read('a')])).toEqual(new Set());
    memo.forget('one');
    expect(memo.readersOf([read('b')])).toEqual(new Set());
    expect(memo.has('one')).toBe(false);
    expect(memo.readsOf('one')).toEqual([]);
  });
});

describe('keys of reads', () => {
  it('say their kind and their object', () => {
    const ref = { kind: 'HTTPProxy', namespace: 'shop', name: 'a.b' } as const;
    expect(kindOfRead(readKey.object(ref))).toBe('object:HTTPProxy');
    expect(objectOfRead(readKey.object(ref))).toEqual(ref);
    expect(kindOfRead(readKey.claims('one.example.com'))).toBe('claims');
    expect(kindOfRead(readKey.slices('shop', 'web'))).toBe('slices');
    expect(kindOfRead(readKey.presence('Secret'))).toBe('presence:Secret');
    expect(kindOfRead(readKey.secret('shop', 'web'))).toBe('secret');
    expect(objectOfRead(readKey.secret('shop', 'web'))).toBeNull();
  });
});
