import type { HeaderMatch, ObjectStatus, QueryMatch, RouteMatch } from '../../routing/graph/graph.ts';
import type { Finding } from './condition.ts';
import { cutMessage } from './message.ts';

/**
 * Which requests includes lead to this proxy, a line each: who may read their own namespace only sees here what others
 * gave them. Null for a proxy that nobody includes.
 */
export function includedCondition({ included: { first, total }, generation }: ObjectStatus): Finding | null {
  if (first.length === 0) return null;
  const lines = first.map(({ host, match }) => lineOf(host, match));
  if (total > first.length) lines.push(`and ${total - first.length} more`);
  const message = cutMessage(lines.join('\n'));
  return { type: 'Included', status: 'True', reason: 'Included', message, observedGeneration: generation };
}

/** `shop.example.com/blog header x-geo exact eu query v present` */
function lineOf(host: string, { path, headers, query }: RouteMatch): string {
  const conditions = [...headers.map(headerText), ...query.map(queryText)];
  return [`${host}${path.value}`, ...conditions].join(' ');
}

function headerText({ name, type, value, invert }: HeaderMatch): string {
  return `header ${name} ${invert ? 'not' : ''}${type.toLowerCase()} ${value}`.trimEnd();
}

function queryText({ name, type, value }: QueryMatch): string {
  return `query ${name} ${type.toLowerCase()} ${value}`.trimEnd();
}
