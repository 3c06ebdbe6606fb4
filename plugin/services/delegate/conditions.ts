import { isList, isObject, type Json, type JsonObject } from '../../../files/edit/json-patch.ts';
import { problemOf, type Problem } from '../change/problem.ts';

/** How `-H` and the column MATCH of `routes` write an operator of a header condition. */
const operators = [
  ['!*=', 'notcontains'],
  ['!=', 'notexact'],
  ['*=', 'contains'],
  ['~=', 'regex'],
  ['=', 'exact'],
] as const;

/** `x=1` exact, `x!=1` notexact, `x*=1` contains, `x!*=1` notcontains, `x~=1` regex, `x` present, `!x` notpresent. */
export function parseHeaderCondition(text: string, ignoreCase: boolean): JsonObject | Problem {
  const [, absent = '', name = '', rest = ''] = /^(!?)(:?[A-Za-z0-9#%&'+.^_`|-]+)(.*)$/s.exec(text) ?? [];
  const wrong = `-H takes NAME, !NAME or NAME=VALUE (also !=, *=, !*=, ~=), not "${text}"`;
  if (name === '') return problemOf(wrong);
  if (rest === '') return { name, [absent === '' ? 'present' : 'notpresent']: true };
  const operator = operators.find(([sign]) => rest.startsWith(sign));
  if (operator === undefined || absent !== '') return problemOf(wrong);
  const [sign, field] = operator;
  const value = rest.slice(sign.length);
  if (value === '') return problemOf(`-H ${name}${sign} needs a value; ${name} alone asks for the header to be there`);
  if (!/^[\u0020-\u007e]*$/.test(value))
    return problemOf(`the value of -H ${name} holds a character that no header has`);
  if (ignoreCase && field === 'regex')
    return problemOf('a regex says itself that case means nothing: begin it with (?i), without --ignore-case');
  return { name, [field]: value, ...(ignoreCase ? { ignoreCase: true } : {}) };
}

/** As `-H` takes it. */
export function headerText(header: JsonObject): string {
  const name = typeof header['name'] === 'string' ? header['name'] : '';
  if (header['notpresent'] === true) return `!${name}`;
  const written = operators.map(([sign, field]) => [sign, header[field]] as const);
  const [sign, value] = written.find(([, each]) => typeof each === 'string') ?? ['', ''];
  return `${name}${sign}${typeof value === 'string' ? value : ''}`;
}

/** As a row of the route table names a condition: `x-canary Exact true`. */
export function headerKey(header: JsonObject): string {
  const name = typeof header['name'] === 'string' ? header['name'].toLowerCase() : '';
  if (header['present'] === true) return `${name} Present `;
  if (header['notpresent'] === true) return `${name} NotPresent `;
  const [type, field] = types.find(([, each]) => typeof header[each] === 'string') ?? ['', 'exact'];
  const value = header[field];
  return `${name} ${type} ${typeof value === 'string' ? value : ''}`;
}

const types = [
  ['Exact', 'exact'],
  ['NotExact', 'notexact'],
  ['Contains', 'contains'],
  ['NotContains', 'notcontains'],
  ['Regex', 'regex'],
] as const;

/** The conditions of an include: a prefix, then headers. */
export function conditionsOf(prefix: string, headers: readonly JsonObject[]): readonly JsonObject[] {
  return [{ prefix: prefix === '' ? '/' : prefix }, ...headers.map((header) => ({ header }))];
}

/** `prefix /api, x-canary=true` */
export function conditionsText(conditions: readonly JsonObject[]): string {
  const words = conditions.map(({ prefix, header }) =>
    isObject(header) ? headerText(header) : `prefix ${typeof prefix === 'string' ? prefix : '/'}`,
  );
  return words.join(', ');
}

/** Equal for conditions that let the same requests through: their order means nothing, nor does a slash at the end. */
export function conditionsKey(conditions: Json): string {
  const all = isList(conditions) ? conditions.filter(isObject) : [];
  const path = all.map(({ prefix }) => (typeof prefix === 'string' ? prefix : '')).join('');
  const others = all.filter(({ prefix }) => prefix === undefined).map(canonical);
  return JSON.stringify([path.replaceAll(/\/+/g, '/').replace(/\/$/, ''), ...others.toSorted()]);
}

function canonical(condition: JsonObject): string {
  return JSON.stringify(condition, (key, value: unknown) => {
    if (key === 'name' && typeof value === 'string') return value.toLowerCase();
    return isObject(value as Json)
      ? Object.fromEntries(Object.entries(value as JsonObject).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : value;
  });
}
