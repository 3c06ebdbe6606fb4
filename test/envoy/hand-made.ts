import type { Dialect, Resource, TypeUrl } from '../../xds/snapshot/resource.ts';
import { hashes } from '../envoy-messages/hashes.ts';
import type { Whole } from './whole.ts';

/** The resource as the controller serves it. */
export function current(whole: Whole, dialect: Dialect, type: TypeUrl, name: string): Resource {
  const resource = whole.loop.served(dialect)?.snapshot.get(type, name);
  if (resource === undefined) throw new Error(`no ${type} ${name}`);
  return resource;
}

/** The same resource with other bytes. */
export function replaced(resource: Resource, bytes: Uint8Array): Resource {
  return { ...resource, bytes, version: hashes.contentHash(bytes) };
}
