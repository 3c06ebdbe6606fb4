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
    matches.push(...read);
  }
  return matches;
}

/** A condition with several operators asks for all of them: to leave one out would match more than was meant. */
function readHeader(header: HeaderMatchCondition, maxRegexSize: number): readonly HeaderMatch[] | ConditionFault {
  const operators = operatorsOf(header);
  const name = (header.name ?? '').toLowerCase();
  if (!isHeaderName(name)) return fault(`"${name}" is not a header name`);
  if (operators.length === 0) return fault(`the condition on header ${name} says nothing about it`);
  const unfit = isGiven(header.regex) ? regexFault(header.regex, maxRegexSize) : null;
  if (unfit !== null) return fault(`the regex "${header.regex}" on header ${name} ${unfit}`);
  return operators.map((operator) => ({
    name,
    ...operator,
    ignoreCase: header.ignoreCase === true,
    treatMissingAsEmpty: header.treatMissingAsEmpty === true && operator.invert,
  }));
}

type Operator = Pick<HeaderMatch, 'type' | 'value' | 'invert'>;

function operatorsOf(header: HeaderMatchCondition): readonly Operator[] {
  const operators: Operator[] = [];
  if (header.present === true) operators.push({ type: 'Present', value: '', invert: false });
  if (header.notpresent === true) operators.push({ type: 'Present', value: '', invert: true });
  if (isGiven(header.contains)) operators.push({ type: 'Contains', value: header.contains, invert: false });
  if (isGiven(header.notcontains)) operators.push({ type: 'Contains', value: header.notcontains, invert: true });
  if (isGiven(header.exact)) operators.push({ type: 'Exact', value: header.exact, invert: false });
  if (isGiven(header.notexact)) operators.push({ type: 'Exact', value: header.notexact, invert: true });
  if (isGiven(header.regex)) operators.push({ type: 'Regex', value: header.regex, invert: false });
  return operators;
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
