import type { HeaderMatchCondition, MatchCondition } from '../objects/generated/http-proxy.ts';
import type { ConditionFault } from './conditions.ts';
import type { HeaderMatch } from './graph.ts';
import { regexFault } from './regex.ts';

/** The header conditions of a list, or what is wrong with them. */
export function headerMatches(
  conditions: readonly MatchCondition[],
  maxRegexSize: number,
): readonly HeaderMatch[] | ConditionFault {
  const matches: HeaderMatch[] = [];
  for (const { header } of conditions) {
    if (header === undefined) continue;
    const read = readHeader(header, maxRegexSize);
    if ('about' in read) return read;
    matches.push(read);
  }
  return matches;
}

function readHeader(header: HeaderMatchCondition, maxRegexSize: number): HeaderMatch | ConditionFault {
  const operator = operatorOf(header);
  const name = (header.name ?? '').toLowerCase();
  if (!isHeaderName(name)) return fault(`"${name}" is not a header name`);
  if (operator === null) return fault(`the condition on header ${name} says nothing about it`);
  const unfit = operator.type === 'Regex' ? regexFault(operator.value, maxRegexSize) : null;
  if (unfit !== null) return fault(`the regex "${operator.value}" on header ${name} ${unfit}`);
  return {
    name,
    ...operator,
    ignoreCase: header.ignoreCase === true,
    treatMissingAsEmpty: header.treatMissingAsEmpty === true && operator.invert,
  };
}

/** The first operator in Contour's order: present, notpresent, contains, notcontains, exact, notexact, regex. */
function operatorOf(header: HeaderMatchCondition): Pick<HeaderMatch, 'type' | 'value' | 'invert'> | null {
  if (header.present === true) return { type: 'Present', value: '', invert: false };
  if (header.notpresent === true) return { type: 'Present', value: '', invert: true };
  if (isGiven(header.contains)) return { type: 'Contains', value: header.contains, invert: false };
  if (isGiven(header.notcontains)) return { type: 'Contains', value: header.notcontains, invert: true };
  if (isGiven(header.exact)) return { type: 'Exact', value: header.exact, invert: false };
  if (isGiven(header.notexact)) return { type: 'Exact', value: header.notexact, invert: true };
  if (isGiven(header.regex)) return { type: 'Regex', value: header.regex, invert: false };
  return null;
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** A token of RFC 9110, 5.6.2, or a pseudo-header of HTTP/2 such as `:method`. */
function isHeaderName(text: string): boolean {
  return /^:?[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}

/** Do conditions gathered along a chain of includes contradict each other? Contour's four rules. */
export function headerConflict(headers: readonly HeaderMatch[]): ConditionFault | null {
  for (const [index, left] of headers.entries()) {
    const right = headers.slice(index + 1).find((other) => other.name === left.name && conflict(left, other));
    if (right !== undefined) return fault(`the conditions on header ${left.name} can never hold together`);
  }
  return null;
}

function conflict(left: HeaderMatch, right: HeaderMatch): boolean {
  if (left.type !== right.type) return false;
  if (left.type === 'Present') return left.invert !== right.invert;
  if (left.type === 'Exact' && !left.invert && !right.invert) return true;
  return (
    (left.type === 'Exact' || left.type === 'Contains') && left.invert !== right.invert && left.value === right.value
  );
}

function fault(message: string): ConditionFault {
  return { about: 'Header', message };
}
