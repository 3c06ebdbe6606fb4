import type { FileText } from '../../files/edit/file-text.ts';
import { findObjects } from '../../files/edit/find-objects.ts';
import { isObject, valueAt, type JsonObject } from '../../files/edit/json-patch.ts';
import { type Backend, countEndpoints } from '../services/canary/backends.ts';
import { namespaceOf } from '../services/change/object-name.ts';

/** What the EndpointSlices in files say of the Services of a namespace; what they do not hold is unknown. */
export function fileBackends(
  files: readonly FileText[],
  namespace: string,
  names: readonly string[],
): ReadonlyMap<string, Backend> {
  const slices = files
    .flatMap(({ text }) => findObjects(text).objects.map(({ object }) => object))
    .filter((object) => object['kind'] === 'EndpointSlice' && (namespaceOf(object) ?? 'default') === namespace);
  return new Map(
    names.map((name) => {
      const own = slices.filter((slice) => serviceOf(slice) === name);
      return [name, own.length === 0 ? { type: 'unknown' } : { type: 'found', endpoints: countEndpoints(own) }];
    }),
  );
}

function serviceOf(slice: JsonObject): unknown {
  const labels = valueAt(slice, '/metadata/labels');
  return isObject(labels) ? labels['kubernetes.io/service-name'] : undefined;
}
