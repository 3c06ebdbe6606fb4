import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { RouteItem } from '../../../routing/route-item.ts';
import { includesOf } from '../change/includes.ts';
import { hopBelow, isNamed, isPointer, isWrittenIn, stateOf, type Expectation } from '../change/live.ts';
import { routesOf, serviceLabel } from './proxy.ts';

/** All routes of the object serve the weights that are written in it, and its includes lead where it says. */
export function routesLive(proxy: JsonObject, defaultNamespace: string): Expectation {
  const routes = new Map(
    routesOf(proxy).map(({ pointer, group }) => [
      pointer,
      group.map((service) => `${serviceLabel(service)}=${service.weight ?? '-'}`).join(),
    ]),
  );
  const includes = includesOf(proxy);
  const isNew = (row: RouteItem): boolean => {
    const hop = hopBelow(row, proxy, defaultNamespace);
    if (hop === null) return isServed(row, routes.get(row.source.pointer));
    const include = includes.find(({ pointer }) => isPointer(hop.pointer, pointer));
    return include !== undefined && isNamed(hop.next, include, proxy, defaultNamespace);
  };
  return (items) => {
    const rows = items.filter(
      ({ via, source, order }) =>
        order !== null && [...via, source].some((each) => isWrittenIn(each, proxy, defaultNamespace)),
    );
    return stateOf(rows, isNew);
  };
}

/** @param wanted services and weights; undefined where the object has no such route any more */
function isServed({ action }: RouteItem, wanted: string | undefined): boolean {
  if (wanted === undefined || action?.type !== 'Forward') return wanted !== undefined;
  return wanted === action.backends.map(({ name, port, weight }) => `${name}:${port}=${weight ?? '-'}`).join();
}
