import { TemplateFault } from './template.ts';

/** Reads a text from left to right. */
export interface Scanner {
  readonly rest: string;
  /** How many characters were read. */
  readonly at: number;
  readonly isAtEnd: boolean;
  /** Steps over the word where it comes next. */
  skip(word: string): boolean;
  /** Steps over the word, or throws TemplateFault. */
  expect(word: string): void;
  blanks(): void;
  /** As much as the pattern takes at this place; empty where it takes nothing. */
  match(pattern: RegExp): string;
  /** A string between quotes of either kind, whose opening one comes next. */
  quoted(): string;
  fault(why: string): TemplateFault;
}

/** @param longest how much text is read at all */
export function scan(text: string, longest: number): Scanner {
  let at = 0;
  const fault = (why: string): TemplateFault => new TemplateFault(`is not understood at character ${at + 1}: ${why}`);
  if (text.length > longest) throw new TemplateFault(`is longer than ${longest} characters`);
  const scanner: Scanner = {
    get rest() {
      return text.slice(at);
    },
    get at() {
      return at;
    },
    get isAtEnd() {
      return at >= text.length;
    },
    skip(word) {
      if (!text.startsWith(word, at)) return false;
      at += word.length;
      return true;
    },
    expect(word) {
      if (!scanner.skip(word)) throw fault(`${word} is missing`);
    },
    blanks: () => void scanner.match(/\s*/y),
    match(pattern) {
      pattern.lastIndex = at;
      const [found = ''] = pattern.exec(text) ?? [];
      at += found.length;
      return found;
    },
    quoted() {
      const quote = text[at] === "'" ? "'" : '"';
      scanner.expect(quote);
      let value = '';
      while (!scanner.skip(quote)) {
        const char = text[at];
        if (char === undefined) throw fault('a quote is not closed');
        at += 1;
        value += char === '\\' ? escaped(text[at++] ?? '') : char;
      }
      return value;
    },
    fault,
  };
  return scanner;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

function escaped(char: string): string {
  return escapes.get(char) ?? char;
}
