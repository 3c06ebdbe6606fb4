/**
 * Characters by which a name could steer the reader's terminal or look like another name: C0 and C1 controls, marks
 * that turn the direction of writing, and characters without width.
 */
const STEERING = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** The text with every such character spelled out, as kubectl does: `^[` for ESC, `\r` for CR. */
export function escapeControls(text: string): string {
  return text.replace(STEERING, spell);
}

/** One cell of a table: what follows the first line is cut. */
export function escapeCell(text: string): string {
  const end = text.search(/[\n\f]/);
  return escapeControls(end < 0 ? text : `${text.slice(0, end)}...`);
}

/** Text of several lines, each of them escaped. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeControls(line.replace(/\r$/, '')))
    .join('\n');
}

/** Spells out what JSON leaves raw; only for text in which such characters can occur in strings alone. */
export function escapeInStrings(text: string): string {
  return text.replace(STEERING, (char) => (char < ' ' ? char : codePoint(char)));
}

export function hasControls(text: string): boolean {
  return text.search(STEERING) >= 0;
}

function spell(char: string): string {
  if (char === '\r') return '\\r';
  if (char === '\n') return '\\n';
  if (char < ' ') return `^${String.fromCharCode(char.charCodeAt(0) + 64)}`;
  return char === '\u007f' ? '^?' : codePoint(char);
}

function codePoint(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
