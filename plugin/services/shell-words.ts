/**
 * The words of a command as a POSIX shell would divide it, with what browsers write when they copy a request: single
 * and double quotes, backslashes, `$'…'`. Nothing is run or expanded. Null where a quote is not closed.
 */
export function shellWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length;) {
    const piece = pieceAt(text, at);
    if (piece === null) return null;
    at += piece.length;
    if (piece.value !== null) word = (word ?? '') + piece.value;
    else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
}

interface Piece {
  /** Null between words. */
  readonly value: string | null;
  readonly length: number;
}

/** What stands at a place, with its quotes; null where they are not closed. */
function pieceAt(text: string, at: number): Piece | null {
  const char = text.charAt(at);
  if (char === ' ' || char === '\t' || char === '\n' || char === '\r') return { value: null, length: 1 };
  if (char === "'") return quoted(text, at, 1, plain);
  if (char === '"') return quoted(text, at, 1, insideDouble);
  if (char === '$' && text[at + 1] === "'") return quoted(text, at, 2, insideAnsi);
  if (char !== '\\') return { value: char, length: 1 };
  // A backslash at the end of a line joins it with the next.
  const crlf = text.startsWith('\r\n', at + 1);
  if (crlf || text[at + 1] === '\n') return { value: null, length: crlf ? 3 : 2 };
  return { value: text.charAt(at + 1), length: 2 };
}

/** What a backslash and the text behind it mean inside of quotes; null where it is a character like any other. */
type Escape = (behind: string) => Piece | null;

const plain: Escape = () => null;

const insideDouble: Escape = (behind) => {
  const [char = ''] = behind;
  return '"\\$`'.includes(char) && char !== ''
    ? { value: char, length: 1 }
    : char === '\n'
      ? { value: '', length: 1 }
      : null;
};

const named: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['!', '!'],
]);

const insideAnsi: Escape = (behind) => {
  const digits = /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4}))/.exec(behind);
  if (digits !== null)
    return { value: String.fromCharCode(Number.parseInt(digits[1] ?? digits[2] ?? '0', 16)), length: digits[0].length };
  const value = named.get(behind.charAt(0));
  return value === undefined ? null : { value, length: 1 };
};

function quoted(text: string, at: number, opening: number, escape: Escape): Piece | null {
  const quote = text.charAt(at + opening - 1);
  let value = '';
  for (let index = at + opening; index < text.length;) {
    if (text[index] === quote) return { value, length: index + 1 - at };
    const escaped = text[index] === '\\' ? escape(text.slice(index + 1, index + 7)) : null;
    value += escaped === null ? text.charAt(index) : (escaped.value ?? '');
    index += escaped === null ? 1 : 1 + escaped.length;
  }
  return null;
}
