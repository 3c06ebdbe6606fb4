import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../routing/graph/time.ts';

describe('a time of a manifest', () => {
  it('is what the platform makes of it', () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (time) => Math.round((parseTime(time.toISOString()) ?? NaN) * 1000) === time.getTime()),
    );
  });

  it.each([
    ['2026-01-01T12:00:00Z', '2026-01-01T13:30:00+01:30'],
    ['2026-01-01T00:30:00Z', '2025-12-31T23:30:00-01:00'],
    ['2026-01-01T00:00:00Z', '2026-01-01t00:00:00z'],
    ['2026-01-01T00:00:00Z', '2026-01-01 00:00:00.000Z'],
  ])('%s is %s', (left, right) => expect(parseTime(left)).toBe(parseTime(right)));

  it('keeps the fraction', () => {
    expect(parseTime('2026-01-01T00:00:00.5Z')).toBeGreaterThan(parseTime('2026-01-01T00:00:00.25Z') ?? NaN);
  });

  it.each([
    'yesterday',
    '',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '02026-01-01T00:00:00Z',
    ' 2026-01-01T00:00:00Z',
    '1767225600',
  ])('"%s" is none', (text) => expect(parseTime(text)).toBeNull());

  it('knows leap years', () => expect(parseTime('2028-02-29T00:00:00Z')).not.toBeNull());
});
