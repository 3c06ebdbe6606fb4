import { isNamed, type Key } from './key.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A longer answer to any question of a screen is a mistake. */
const longest = 500;

/** The text after a key; the same where the key is none that changes text. */
export function typed(text: string, key: Key): string {
  if (isNamed(key, 'backspace')) {
    return [...graphemes.segment(text)]
      .slice(0, -1)
      .map(({ segment }) => segment)
      .join('');
  }
  if (key.type === 'named') return text;
  return (text + key.text.replace(/[\u0000-\u001f\u007f].*$/s, '')).slice(0, longest);
}
