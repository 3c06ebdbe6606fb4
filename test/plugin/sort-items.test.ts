import { expect, test } from 'vitest';
import { parsePath } from '../../plugin/output/json-path/parse.ts';
import { sortItems } from '../../plugin/output/sort-items.ts';

const sorted = (values: readonly unknown[], path = '.at') =>
  sortItems(
    values.map((at, place) => (at === undefined ? { place } : { at, place })),
    parsePath(path),
    path,
  );
const places = (values: readonly unknown[]) => {
  const result = sorted(values);
  return result.type === 'sorted' ? result.items.map(({ place }) => place) : result.why;
};

test.each([
  ['numbers by what they are worth', [10, 9, -1, 1.5], [2, 3, 1, 0]],
  ['text by its characters, as kubectl', ['b', 'B', 'a10', 'a9', ''], [4, 1, 2, 3, 0]],
  ['truths', [true, false], [1, 0]],
  ['what is missing comes first, and stays in its order', ['b', undefined, 'a', null], [1, 3, 2, 0]],
  ['equal ones stay in their order', ['a', 'b', 'a', 'b'], [0, 2, 1, 3]],
  ['nothing', [], []],
  ['one of anything', [{ some: 'object' }], [0]],
])('%s', (_, values, expected) => {
  expect(places(values)).toEqual(expected);
});

test('the first value at a path counts', () => {
  const items = [{ all: ['b', 'a'] }, { all: ['a', 'c'] }];
  expect(sortItems(items, parsePath('.all[*]'), '.all[*]')).toEqual({ type: 'sorted', items: items.toReversed() });
});

test.each([
  [[undefined, undefined], `couldn't find any field with path ".at" in the list`],
  [[{ a: 1 }, { a: 2 }], 'what is at .at is neither text nor a number'],
  [['a', 1], 'what is at .at is text in one place and not in another'],
  [['a', undefined, { a: 1 }], 'what is at .at is text in one place and not in another'],
])('%j cannot be sorted', (values, why) => {
  expect(places(values)).toBe(why);
});
