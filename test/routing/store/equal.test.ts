import { describe, expect, it } from 'vitest';
import { redactedBytes } from '../../../routing/objects/redacted-bytes.ts';
import { equal } from '../../../routing/store/equal.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('equality of decoded values', () => {
  it.each([
    [1, 1],
    [NaN, NaN],
    [null, null],
    [
      [1, [2]],
      [1, [2]],
    ],
    [
      { a: 1, b: { c: [] } },
      { b: { c: [] }, a: 1 },
    ],
    [new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
    [bytes(1, 2), bytes(1, 2)],
    [redactedBytes(bytes(1)), redactedBytes(bytes(1))],
  ])('%j is %j', (left, right) => expect(equal(left, right)).toBe(true));

  it.each([
    [0, -0],
    [null, undefined],
    [null, {}],
    [[], {}],
    [[1], [1, undefined]],
    [{ a: undefined }, {}],
    [{ a: 1 }, { b: 1 }],
    [{}, JSON.parse('{"__proto__":{}}')],
    [{ toString: 1 }, {}],
    [new Map([['a', undefined]]), new Map([['b', undefined]])],
    [new Map(), {}],
    [bytes(1), bytes(2)],
    [bytes(1), [1]],
    [redactedBytes(bytes(1)), redactedBytes(bytes(2))],
    [redactedBytes(bytes(1)), bytes(1)],
  ])('%j is not %j', (left, right) => {
    expect(equal(left, right)).toBe(false);
    expect(equal(right, left)).toBe(false);
  });
});
