import type { RouteItem } from '../../routing/route-item.ts';
import { escapeCell } from './escape.ts';

const RESOURCES = new Map([
  ['HTTPProxy', 'httpproxy.projectcontour.io'],
  ['Ingress', 'ingress.networking.k8s.io'],
]);

/** `httpproxy.projectcontour.io/NAME`, one line per object, in the order of the rows. */
export function printNames(items: readonly Pick<RouteItem, 'source'>[]): string {
  // An Envoy does not always know who wrote a route.
  const named = items.filter(({ source }) => source.name !== '');
  const objects = new Map(named.map(({ source }) => [`${source.kind}/${source.namespace}/${source.name}`, source]));
  return [...objects.values()]
    .map(({ kind, name }) => `${RESOURCES.get(kind) ?? kind.toLowerCase()}/${escapeCell(name)}\n`)
    .join('');
}
