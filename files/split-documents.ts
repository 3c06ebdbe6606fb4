/** One document of a YAML stream, as it is written. */
export interface DocumentText {
  readonly text: string;
  /** Lines of the stream before it. */
  readonly lineOffset: number;
}

/** A line that may stand before the `---` of a document and still belong to it. */
const PRELUDE = /(?:[ \t]*(?:#|\r?$)|%)/my;

/**
 * Cuts a YAML stream at its document markers. Exact, because `---` and `...` at the start of a line end a document
 * even inside a block or quoted scalar (YAML 1.2.2, 9.1.2, c-forbidden). Directives and comments stay with the document
 * that follows them.
 */
export function splitDocuments(stream: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let startLine = 0;
  let inPrelude = true;
  const cut = (end: number, nextLine: number): void => {
    if (end > start) documents.push({ text: stream.slice(start, end), lineOffset: startLine });
    start = end;
    startLine = nextLine;
  };
  for (let at = 0, line = 0; at < stream.length; line += 1) {
    const next = nextLineAt(stream, at);
    if (isMarker(stream, at, '---')) {
      if (!inPrelude) cut(at, line);
      inPrelude = false;
    } else if (isMarker(stream, at, '...')) {
      cut(next, line + 1);
      inPrelude = true;
    } else if (inPrelude) {
      PRELUDE.lastIndex = at;
      inPrelude = PRELUDE.test(stream);
    }
    at = next;
  }
  cut(stream.length, 0);
  return documents;
}

function nextLineAt(stream: string, at: number): number {
  const newline = stream.indexOf('\n', at);
  return newline === -1 ? stream.length : newline + 1;
}

function isMarker(stream: string, at: number, marker: '---' | '...'): boolean {
  if (!stream.startsWith(marker, at)) return false;
  const after = stream[at + marker.length];
  return after === undefined || after === ' ' || after === '\t' || after === '\r' || after === '\n';
}
