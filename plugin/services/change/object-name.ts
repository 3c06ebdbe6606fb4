import { valueAt, type JsonObject } from '../../../files/edit/json-patch.ts';

export function namespaceOf(proxy: JsonObject): string | null {
  const namespace = valueAt(proxy, '/metadata/namespace');
  return typeof namespace === 'string' && namespace !== '' ? namespace : null;
}

export function nameOf(proxy: JsonObject): string {
  const name = valueAt(proxy, '/metadata/name');
  return typeof name === 'string' ? name : '';
}
