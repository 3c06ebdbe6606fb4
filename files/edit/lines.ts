/** Where the line that holds `offset` begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line behind that of `offset` begins; the end of the text where there is none. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether nothing but spaces stands before `offset` on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === '';
}

/** Line and column, counted from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** How the lines of a text end; the first one decides. */
export function lineEndOf(text: string): string {
  const end = text.indexOf('\n');
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n';
}

/**
 * Where something can be put behind what ends at `end`: the line below, and below the comments that are indented further
 * than `column`, since they belong to what is above them.
 */
export function behindLine(text: string, end: number, column: number): number {
  let at = end > 0 && text[end - 1] === '\n' ? end : nextLine(text, end);
  for (let indent = commentIndent(text, at); indent !== null && indent > column; indent = commentIndent(text, at)) {
    at = nextLine(text, at);
  }
  return at;
}

function commentIndent(text: string, at: number): number | null {
  const line = text.slice(at, nextLine(text, at));
  const comment = line.trimStart();
  return comment.startsWith('#') ? line.length - comment.length : null;
}
