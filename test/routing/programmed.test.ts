import { expect, test } from 'vitest';
import { programmedOf, sumProgrammed } from '../../routing/programmed.ts';

const silent = (...names: readonly string[]) => names.map((envoy) => ({ envoy, message: null }));

test('Envoys of several controllers are one number, and those that are behind one list', () => {
  const first = programmedOf(2, 3, silent('a'));
  const second = programmedOf(0, 1, [{ envoy: 'b', message: 'no such filter' }]);
  expect(sumProgrammed([first, second, programmedOf(4, 4, [])])).toEqual({
    envoys: 6,
    of: 8,
    missing: [
      { envoy: 'a', message: null },
      { envoy: 'b', message: 'no such filter' },
    ],
  });
});

test('where nobody is behind, nothing is listed', () => {
  expect(programmedOf(2, 2, [])).toEqual({ envoys: 2, of: 2 });
  expect(sumProgrammed([{ envoys: 1, of: 1 }])).toEqual({ envoys: 1, of: 1 });
});

test('the list is bounded, the numbers are not', () => {
  const many = programmedOf(0, 100, silent(...Array.from({ length: 100 }, (_, nth) => `envoy-${nth}`)));
  expect(many.missing).toHaveLength(5);
  const { envoys, of, missing } = sumProgrammed([many, many]);
  expect([envoys, of, missing?.length]).toEqual([0, 200, 5]);
});
