import type { RouteItem } from '../../../routing/route-item.ts';
import { routeLines } from '../../output/route-cells.ts';

/** One host and those of its routes that are wanted. */
export interface HostRow {
  readonly host: string;
  readonly items: readonly RouteItem[];
  readonly invalid: number;
}

export function wantedItems(items: readonly RouteItem[], filter: string, invalidOnly: boolean): readonly RouteItem[] {
  const words = filter
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '');
  return items.filter((item) => {
    if (invalidOnly && item.status.valid) return false;
    if (words.length === 0) return true;
    const text = searchText(item);
    return words.every((word) => text.includes(word));
  });
}

function searchText(item: RouteItem): string {
  const lines = routeLines(item).map(({ match, backend, object, status }) => [match, backend, object, status]);
  return [item.host, item.source.namespace, ...lines.flat()].join(' ').toLowerCase();
}

/** Hosts by name, or those with the most that is invalid first. */
export function hostRows(items: readonly RouteItem[], sort: 'name' | 'invalid'): readonly HostRow[] {
  const hosts = new Map<string, RouteItem[]>();
  for (const item of items) {
    const known = hosts.get(item.host);
    if (known === undefined) hosts.set(item.host, [item]);
    else known.push(item);
  }
  const rows = [...hosts].map(([host, own]) => ({
    host,
    items: own,
    invalid: own.filter(({ status }) => !status.valid).length,
  }));
  return sort === 'name' ? rows : rows.toSorted((left, right) => right.invalid - left.invalid);
}
