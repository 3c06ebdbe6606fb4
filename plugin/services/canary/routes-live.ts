import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { RouteItem } from '../../../routing/route-item.ts';
import { isWrittenIn, stateOf, type Expectation } from '../change/live.ts';
import { routesOf, serviceLabel } from './proxy.ts';

/** All routes of the object serve the weights that are written in it. */
export function routesLive(proxy: JsonObject, defaultNamespace: string): Expectation {
  const wanted = new Map(
    routesOf(proxy).map(({ pointer, group }) => [
      pointer,
      group.map((service) => `${serviceLabel(service)}=${service.weight ?? '-'}`).join(),
    ]),
  );
  return (items) => {
    const rows = items.filter(({ source, order }) => order !== null && isWrittenIn(source, proxy, defaultNamespace));
    const isServed = ({ source, action }: RouteItem): boolean =>
      action?.type === 'Forward' &&
      wanted.get(source.pointer) ===
        action.backends.map(({ name, port, weight }) => `${name}:${port}=${weight ?? '-'}`).join();
    const pointers = new Set(rows.map(({ source }) => source.pointer));
    const isGone = [...pointers].some((pointer) => !wanted.has(pointer));
    return stateOf(rows, (row) => !isGone && (isServed(row) || row.action?.type !== 'Forward'));
  };
}
