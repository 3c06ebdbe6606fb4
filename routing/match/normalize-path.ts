import { encodeUtf8 } from '../objects/utf8.ts';

/**
 * The path by which Envoy chooses a route, for the path of a request with its query: dot segments are resolved,
 * backslashes become slashes, escapes of what needs none are undone and what needs one gets it, then slashes that meet
 * become one. The query stays as it is. Null where Envoy answers 400 instead.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto
 * (normalize_path, merge_slashes)
 */
export function normalizePath(path: string): string | null {
  const end = path.indexOf('?');
  const bare = end < 0 ? path : path.slice(0, end);
  if (path.includes('#')) return null;
  const canonical = canonicalPath(bare);
  return canonical === null ? null : mergeSlashes(canonical) + (end < 0 ? '' : path.slice(end));
}

/** Of a path that is nothing but slashes Envoy keeps the first and the last. */
function mergeSlashes(path: string): string {
  return /^\/{2,}$/.test(path) ? '//' : path.replace(/\/{2,}/g, '/');
}

/** As the URL library does that Envoy and Chromium share; null for an escaped NUL. */
function canonicalPath(path: string): string | null {
  const text = asBytes(path);
  let output = text.startsWith('/') || text.startsWith('\\') ? '' : '/';
  let stray = -Infinity;
  for (let index = 0; index < text.length;) {
    const dot = dotLength(text, index);
    if (dot > 0) {
      const [next, used] = afterDot(output, text, index + dot);
      output = next;
      index += dot + used;
      continue;
    }
    const escaped = escapeAt(text, index);
    if (escaped === '\0') return null;
    if (escaped !== null) {
      const plain = isUnreserved(escaped);
      output += plain ? escaped : text.slice(index, index + 3);
      if (plain) output = keepStray(output, stray, text.charAt(index + 3));
      index += 3;
      continue;
    }
    const char = text.charAt(index);
    if (char === '%') stray = output.length;
    output += char === '\\' ? '/' : needsEscape(char) ? escape(char) : char;
    index += 1;
  }
  return output;
}

/** One character a byte of UTF-8, so that what is not ASCII is escaped byte by byte. */
function asBytes(path: string): string {
  return [...encodeUtf8(path)].map((byte) => String.fromCharCode(byte)).join('');
}

/** Of a dot at this place, written as `.` or as `%2e`. */
function dotLength(text: string, index: number): number {
  if (text[index] === '.') return 1;
  return text.slice(index, index + 3).toLowerCase() === '%2e' ? 3 : 0;
}

/** What the output is after a dot, and how much behind the dot is used up with it. */
function afterDot(output: string, text: string, next: number): readonly [string, number] {
  if (!output.endsWith('/')) return [`${output}.`, 0];
  if (isEndOfSegment(text, next)) return [output, next < text.length ? 1 : 0];
  const second = dotLength(text, next);
  if (second === 0 || !isEndOfSegment(text, next + second)) return [`${output}.`, 0];
  const above = output.slice(0, output.slice(0, -1).lastIndexOf('/') + 1);
  return [above === '' ? '/' : above, second + (next + second < text.length ? 1 : 0)];
}

function isEndOfSegment(text: string, index: number): boolean {
  return index >= text.length || text[index] === '/' || text[index] === '\\';
}

/** The character that an escape at this place stands for, or null. */
function escapeAt(text: string, index: number): string | null {
  const digits = /^%([0-9a-f]{2})$/i.exec(text.slice(index, index + 3))?.[1];
  return digits === undefined ? null : String.fromCharCode(Number.parseInt(digits, 16));
}

/** RFC 3986, 2.3; a dot was met before. */
function isUnreserved(char: string): boolean {
  return /^[A-Za-z0-9_~-]$/.test(char);
}

function needsEscape(char: string): boolean {
  return char <= ' ' || char > '~' || '"<>^`{|}'.includes(char);
}

function escape(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A percent sign that began no escape must not begin one because of what was undone behind it. */
function keepStray(output: string, stray: number, next: string): string {
  const behind = output.length - stray;
  const isNowEscape = (behind === 2 || behind === 3) && escapeAt(output + next, stray) !== null;
  return isNowEscape ? `${output.slice(0, stray)}%25${output.slice(stray + 1)}` : output;
}
