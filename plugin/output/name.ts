import type { RouteItem } from '../../routing/route-item.ts';
import { escapeCell } from './escape.ts';

const RESOURCES = new Map([
  ['HTTPProxy', 'httpproxy.projectcontour.io'],
  ['Ingress', 'ingress.networking.k8s.io'],
]);

/** `httpproxy.projectcontour.io/NAME`, one line per object, in the order of the rows. */
export function printNames(items: readonly Pick<RouteItem, 'source'>[]): string {
  const objects = new Map(items.map(({ source }) => [`${source.kind}/${source.namespace}/${source.name}`, source]));
  return [...objects.values()]
    .map(({ kind, name }) => `${RESOURCES.get(kind) ?? kind.toLowerCase()}/${escapeCell(name)}\n`)
    .join('');
}
