import { readResource } from '../../xds/envoy/read-resource.ts';
import type { Resource } from '../../xds/snapshot/resource.ts';

/** A resource as JSON in protobuf's spelling. Of a Secret there is only its name. */
export function decodeResource(resource: Resource): object {
  return readResource(resource, (text) => Buffer.from(text, 'base64'));
}
