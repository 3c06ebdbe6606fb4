import { isAmbiguous } from './kyaml-words.ts';

/**
 * YAML that looks like JSON with commas at the ends, as `kubectl -o kyaml` prints it.
 * https://kubernetes.io/docs/reference/encodings/kyaml/
 *
 * @param value plain data, as JSON has it
 */
export function printKyaml(value: unknown): string {
  return `---\n${print(value, 0)}\n`;
}

function print(value: unknown, level: number): string {
  if (typeof value === 'string') return quoted(value, level + 1);
  if (Array.isArray(value)) return printList(value, level);
  if (typeof value === 'object' && value !== null) return printFields(value, level);
  return JSON.stringify(value ?? null);
}

function printList(items: readonly unknown[], level: number): string {
  // Objects share their brackets' lines: `[{`, `}, {`, `}]`.
  const isCuddled = items.every((item) => typeof item === 'object' && item !== null);
  if (isCuddled) return `[${items.map((item) => print(item, level)).join(', ')}]`;
  return `[\n${items.map((item) => `${indent(level + 1)}${print(item, level + 1)},\n`).join('')}${indent(level)}]`;
}

function printFields(object: object, level: number): string {
  const lines = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent(level + 1)}${printKey(key)}: ${print(value, level + 1)},\n`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent(level)}}`;
}

function indent(level: number): string {
  return '  '.repeat(level);
}

/** In quotes only where it would be something else, or no name, without them. */
function printKey(key: string): string {
  return PLAIN_KEY.test(key) && !isAmbiguous(key) ? key : `"${escaped(key, true)}"`;
}

const PLAIN_KEY = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u;

/** A text of several lines has a line for each, folded: what ends in a backslash goes on in the next. */
function quoted(text: string, level: number): string {
  if (!text.includes('\n')) return `"${escaped(text, false)}"`;
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const whole = lines.map((line) => `${margin(line, level)}${escaped(line, false)}\\n\\\n`);
  const rest = last === '' ? '' : `${margin(last, level)}${escaped(last, false)}\\\n`;
  return `"\\\n${whole.join('')}${rest}${indent(level)}"`;
}

/** YAML drops blanks at the start of a folded line unless a backslash is before them. */
function margin(line: string, level: number): string {
  return `${indent(level)}${/^[ \t]/.test(line) ? '\\' : ' '}`;
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function escaped(text: string, isKey: boolean): string {
  return [...text.toWellFormed()].map((char) => (char === '\t' && !isKey ? char : escapedChar(char))).join('');
}

/** https://yaml.org/spec/1.2.2/#57-escaped-characters */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0000', '\\0'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\u000b', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\u001b', '\\e'],
  ['\u0085', '\\N'],
  ['\u00a0', '\\_'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function escapedChar(char: string): string {
  const named = NAMED.get(char);
  if (named !== undefined) return named;
  if (PRINTABLE.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x1_0000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
