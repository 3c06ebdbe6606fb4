import { expect, test } from 'vitest';
import { type InkKey, type Key, keysOf } from '../../../plugin/views/key.ts';
import { fit, line, widthOf, wrapWords } from '../../../plugin/views/line.ts';
import { windowOf } from '../../../plugin/views/list.ts';
import { typed } from '../../../plugin/views/text-field.ts';
import { named, text } from './canaries.ts';

const none: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

test.each<[string, string, Partial<InkKey>, readonly Key[]]>([
  ['a letter', 'p', {}, [text('p')]],
  ['an arrow', '', { upArrow: true }, [named('up')]],
  ['an arrow with Alt', '', { leftArrow: true, meta: true }, [named('left')]],
  ['Ctrl-C', 'c', { ctrl: true }, [named('interrupt')]],
  ['Ctrl and another letter', 'p', { ctrl: true }, [named('other')]],
  ['several at once', '35\r', {}, [text('3'), text('5'), named('enter')]],
  ['escape and a letter behind it', 'q', { meta: true }, [named('escape'), text('q')]],
  ['escape', '', { escape: true, meta: true }, [named('escape')]],
  ['a letter of several code points', 'e\u0301', {}, [text('e\u0301')]],
])('%s', (_, input, key, keys) => {
  expect(keysOf(input, { ...none, ...key })).toEqual(keys);
});

test('a text field takes a line, and gives back whole letters', () => {
  expect(typed('ab', { type: 'paste', text: 'c\nd' })).toBe('abc');
  expect(typed('e\u0301', named('backspace'))).toBe('');
  expect(typed('', named('backspace'))).toBe('');
  expect(typed('a', named('up'))).toBe('a');
  expect(typed('', text('x'.repeat(10_000))).length).toBeLessThan(1_000);
});

test('a line is exactly as wide as it is told, with wide glyphs, too', () => {
  for (const word of ['', 'short', '日本語日本語', 'a'.repeat(100), '日a本b語', 'é\u0301x'])
    for (let width = 1; width < 12; width += 1) expect(widthOf(fit(line(word), width, '…'))).toBe(width);
  expect(
    fit(line('abcdef'), 4, '…')
      .map((span) => span.text)
      .join(''),
  ).toBe('abc…');
});

test('words are wrapped, and one that is too long is left whole', () => {
  expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapWords('incomprehensible no', 5)).toEqual(['incomprehensible', 'no']);
});

test('what is chosen is always in the window', () => {
  for (let length = 0; length < 12; length += 1)
    for (let at = 0; at < length; at += 1)
      for (let room = 1; room < 14; room += 1) {
        const { from, to } = windowOf(at, length, room);
        expect(from <= at && at < to && to - from <= room && to <= length).toBe(true);
        expect(to - from).toBe(Math.min(room, length));
      }
});
