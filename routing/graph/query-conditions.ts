import type { MatchCondition, QueryParameterMatchCondition } from '../objects/generated/http-proxy.ts';
import { encodeUtf8 } from '../objects/utf8.ts';
import type { ConditionFault } from './conditions.ts';
import type { QueryMatch } from './graph.ts';
import { regexFault } from './regex.ts';

/** The query conditions of a list, or what is wrong with them. */
export function queryMatches(
  conditions: readonly MatchCondition[],
  maxRegexSize: number,
): readonly QueryMatch[] | ConditionFault {
  const matches: QueryMatch[] = [];
  for (const { queryParameter } of conditions) {
    if (queryParameter === undefined) continue;
    const read = readQuery(queryParameter, maxRegexSize);
    if ('about' in read) return read;
    matches.push(read);
  }
  return matches;
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto: Envoy refuses longer ones. */
const longestName = 1024;

function readQuery(query: QueryParameterMatchCondition, maxRegexSize: number): QueryMatch | ConditionFault {
  const operators = operatorsOf(query);
  const [operator] = operators;
  const name = query.name ?? '';
  if (name === '') return fault('a query condition names no parameter');
  if (encodeUtf8(name).length > longestName) return fault(`a query parameter's name has at most ${longestName} bytes`);
  if (operator === undefined || operators.length > 1) {
    return fault(`the condition on query parameter ${name} needs exactly one operator`);
  }
  const unfit = operator.type === 'Regex' ? regexFault(operator.value, maxRegexSize) : null;
  if (unfit !== null) return fault(`the regex "${operator.value}" on query parameter ${name} ${unfit}`);
  return { name, ...operator, ignoreCase: query.ignoreCase === true };
}

function operatorsOf(query: QueryParameterMatchCondition): readonly Pick<QueryMatch, 'type' | 'value'>[] {
  const texts = [
    ['Exact', query.exact],
    ['Prefix', query.prefix],
    ['Suffix', query.suffix],
    ['Regex', query.regex],
    ['Contains', query.contains],
  ] as const;
  const operators: Pick<QueryMatch, 'type' | 'value'>[] = [];
  for (const [type, value] of texts) if (value !== undefined && value !== '') operators.push({ type, value });
  if (query.present === true) operators.push({ type: 'Present', value: '' });
  return operators;
}

/** Two exact values for one parameter can never hold together. Names compare without case, as in Contour. */
export function queryConflict(query: readonly QueryMatch[]): ConditionFault | null {
  const exact = query.filter((match) => match.type === 'Exact').map((match) => match.name.toLowerCase());
  const twice = exact.find((name, index) => exact.indexOf(name) !== index);
  return twice === undefined ? null : fault(`query parameter ${twice} is asked to have two exact values`);
}

function fault(message: string): ConditionFault {
  return { about: 'Query', message };
}
