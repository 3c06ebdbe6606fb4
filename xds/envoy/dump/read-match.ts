import type { HeaderMatch, PathMatch, QueryMatch, RouteMatch } from '../../../routing/graph/graph.ts';
import { fieldAt, listAt, textAt } from '../json.ts';

const pathFields = ['prefix', 'path', 'safe_regex', 'path_separated_prefix'] as const;
/** What the graph can say of a match; an Envoy that holds more was told it by somebody else. */
const known: ReadonlySet<string> = new Set([...pathFields, 'headers', 'query_parameters']);

/** Null where the graph has no words for it. The inverse of `emitMatch`. */
export function readMatch(match: unknown): RouteMatch | null {
  if (typeof match !== 'object' || match === null || !Object.keys(match).every((name) => known.has(name))) return null;
  const path = readPath(match);
  const headers = (listAt(match, 'headers') ?? []).map(readHeader);
  const query = (listAt(match, 'query_parameters') ?? []).map(readQuery);
  if (path === null || !isWhole(headers) || !isWhole(query)) return null;
  return { path, headers, query };
}

function isWhole<T>(list: readonly (T | null)[]): list is readonly T[] {
  return !list.includes(null);
}

function readPath(match: object): PathMatch | null {
  const name = pathFields.find((field) => fieldAt(match, field) !== undefined);
  switch (name) {
    case 'prefix':
      return { type: 'Prefix', value: textAt(match, name) };
    case 'path':
      return { type: 'Exact', value: textAt(match, name) };
    case 'path_separated_prefix':
      return { type: 'SegmentPrefix', value: textAt(match, name) };
    case 'safe_regex':
      return { type: 'Regex', value: textAt(fieldAt(match, name), 'regex') };
    case undefined:
      return null;
  }
}

function readHeader(matcher: unknown): HeaderMatch | null {
  const text = readText(matcher);
  if (text === null || text.type === 'Prefix' || text.type === 'Suffix') return null;
  const { type, value, ignoreCase, isAbsent } = text;
  return {
    name: textAt(matcher, 'name'),
    type,
    value,
    invert: (fieldAt(matcher, 'invert_match') === true) !== isAbsent,
    ignoreCase,
    treatMissingAsEmpty: fieldAt(matcher, 'treat_missing_header_as_empty') === true,
  };
}

function readQuery(matcher: unknown): QueryMatch | null {
  const text = readText(matcher);
  if (text === null || text.isAbsent) return null;
  const { type, value, ignoreCase } = text;
  return { name: textAt(matcher, 'name'), type, value, ignoreCase };
}

interface Text {
  readonly type: QueryMatch['type'];
  readonly value: string;
  readonly ignoreCase: boolean;
  /** It is to be missing: `present_match` says so by itself, too. */
  readonly isAbsent: boolean;
}

const operators = { exact: 'Exact', prefix: 'Prefix', suffix: 'Suffix', contains: 'Contains' } as const;

function readText(matcher: unknown): Text | null {
  const present = fieldAt(matcher, 'present_match');
  if (typeof present === 'boolean') return { type: 'Present', value: '', ignoreCase: false, isAbsent: !present };
  const match = fieldAt(matcher, 'string_match');
  const ignoreCase = fieldAt(match, 'ignore_case') === true;
  const regex = fieldAt(fieldAt(match, 'safe_regex'), 'regex');
  if (typeof regex === 'string') return { type: 'Regex', value: regex, ignoreCase, isAbsent: false };
  for (const [field, type] of Object.entries(operators)) {
    const value = fieldAt(match, field);
    if (typeof value === 'string') return { type, value, ignoreCase, isAbsent: false };
  }
  return null;
}
