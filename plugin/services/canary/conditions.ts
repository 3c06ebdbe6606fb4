import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { problemOf, type Problem } from '../change/problem.ts';

/** `x-canary` (is there) or `x-canary=true` (is just that), as a header condition. */
export function parseHeader(flag: string, text: string): JsonObject | Problem {
  const [name, value] = divided(text);
  if (!isToken(name)) return problemOf(`${flag} takes NAME or NAME=VALUE with the name of a header, not "${text}"`);
  if (value === null) return { name, present: true };
  return isPrintable(value)
    ? { name, exact: value }
    : problemOf(`the value of ${flag} holds a character that no header has`);
}

/**
 * A cookie as a condition on the header that carries all of them. A regular expression, because `contains` would take
 * `canary=1` for a part of `canary=10`; it has to fit the whole header.
 */
export function parseCookie(text: string): JsonObject | Problem {
  const [name, value] = divided(text);
  if (!isToken(name)) return problemOf(`--cookie takes NAME or NAME=VALUE with the name of a cookie, not "${text}"`);
  if (value !== null && (!isPrintable(value) || /[;,\s"\\]/.test(value)))
    return problemOf('the value of --cookie holds a character that no cookie has');
  const wanted = value === null ? '[^;]*' : escaped(value);
  return { name: 'Cookie', regex: `(.*;[ ]*)?${escaped(name)}=${wanted}(;.*)?` };
}

function divided(text: string): readonly [string, string | null] {
  const at = text.indexOf('=');
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
function isToken(text: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text);
}

function isPrintable(text: string): boolean {
  return text !== '' && /^[\u0020-\u007e]*$/.test(text);
}

/** As RE2 reads it. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
