import { parseYaml, readYaml } from '../yaml-document.ts';
import { isList, isObject, type Json } from './json-patch.ts';
import type { Quote, Style } from './style.ts';

/**
 * A value in block style. The first line has no indent, the others stand where `column`, that of the first one, wants
 * them; no line end behind the last.
 */
export function writeBlock(value: Json, column: number, style: Style, key: string | null = null): string {
  if (isList(value) && value.length > 0) {
    const items = value.map((item) => style.dash + writeBlock(item, column + style.dash.length, style, key));
    return items.join(newLine(style, column));
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    const pairs = Object.entries(value).map(([name, each]) => writePair(name, each, column, style));
    return pairs.join(newLine(style, column));
  }
  return writeScalar(value, style.quoteOf(key), false);
}

/** A key and its value in block style, from `column` on. */
export function writePair(key: string, value: Json, column: number, style: Style): string {
  const name = writeScalar(key, style.keys, false);
  return `${name}:${writeBehindColon(value, column, style, key)}`;
}

/** What follows the colon of a key that stands at `column`. */
export function writeBehindColon(value: Json, column: number, style: Style, key: string): string {
  if (!isCollection(value)) return ` ${writeScalar(value, style.quoteOf(key), false)}`;
  const inner = column + (isList(value) ? style.dashStep : style.step);
  return newLine(style, inner) + writeBlock(value, inner, style, key);
}

/** A value in flow style, on one line. */
export function writeFlow(value: Json, style: Style, key: string | null = null): string {
  if (isList(value)) return `[${value.map((item) => writeFlow(item, style, key)).join(', ')}]`;
  if (!isObject(value)) return writeScalar(value, style.quoteOf(key), true);
  const pairs = Object.entries(value).map(([name, each]) => writeFlowPair(name, each, style));
  return pairs.length === 0 ? '{}' : `{${style.padding}${pairs.join(', ')}${style.padding}}`;
}

export function writeFlowPair(key: string, value: Json, style: Style): string {
  const name = writeScalar(key, style.keys, true);
  // Behind a key without quotes only a colon and a space end it.
  return name + (name.startsWith('"') ? style.colon : ': ') + writeFlow(value, style, key);
}

/** A value in flow style over several lines, as JSON is printed; `column` is the indent of the line it begins on. */
export function writeTallFlow(value: Json, column: number, style: Style, key: string | null = null): string {
  const inner = newLine(style, column + style.step);
  const close = newLine(style, column);
  if (isList(value) && value.length > 0) {
    const items = value.map((item) => writeTallFlow(item, column + style.step, style, key));
    return `[${inner}${items.join(`,${inner}`)}${close}]`;
  }
  if (!isObject(value) || Object.keys(value).length === 0) return writeFlow(value, style, key);
  const pairs = Object.entries(value).map(([name, each]) => writeTallFlowPair(name, each, column + style.step, style));
  return `{${inner}${pairs.join(`,${inner}`)}${close}}`;
}

export function writeTallFlowPair(key: string, value: Json, column: number, style: Style): string {
  const name = writeScalar(key, style.keys, true);
  return `${name}: ${writeTallFlow(value, column, style, key)}`;
}

function newLine({ lineEnd }: Style, column: number): string {
  return lineEnd + ' '.repeat(column);
}

/** Whether it takes lines of its own in block style. */
export function isCollection(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** @param quote used where the text allows it */
export function writeScalar(value: Json, quote: Quote, flow: boolean): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (quote === 'plain' && isPlain(value)) return value;
  const wantsSingle = quote === 'single' || (quote === 'plain' && !flow) || (quote === 'plain' && value.includes('"'));
  return wantsSingle && isPrintable(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

/** Texts that nobody's YAML takes for anything else. */
function isPlain(value: string): boolean {
  return /^[A-Za-z_/][A-Za-z0-9_./-]*$/.test(value) && readYaml(parseYaml(value)).value === value;
}

/** May stand between single quotes, where nothing can be spelled out. */
function isPrintable(value: string): boolean {
  return /^[\u0020-\u007e\u00a0-\u2027\u2030-\ud7ff\ue000-\ufefe]*$/.test(value);
}
