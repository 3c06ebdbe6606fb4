import type { Resource } from './resource.ts';

/**
 * Identifies a set of resources by their names and versions, whatever their order: the sum of one hash per
 * resource, so that a set is updated in O(what changed). Two 32-bit lanes; shown to clients and people only,
 * never compared to decide what to send.
 */
export interface Fingerprint {
  readonly low: number;
  readonly high: number;
}

export const emptyFingerprint: Fingerprint = { low: 0, high: 0 };

/** FNV-1a. http://www.isthe.com/chongo/tech/comp/fnv/ */
const hash = (text: string, seed: number): number => {
  let value = seed;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value;
};

const laneOf = (resource: Resource, seed: number): number => hash(resource.version, hash(resource.name, seed));

export const withResource = (print: Fingerprint, resource: Resource): Fingerprint => ({
  low: (print.low + laneOf(resource, 0x811c9dc5)) | 0,
  high: (print.high + laneOf(resource, 0x1b873593)) | 0,
});

export const withoutResource = (print: Fingerprint, resource: Resource): Fingerprint => ({
  low: (print.low - laneOf(resource, 0x811c9dc5)) | 0,
  high: (print.high - laneOf(resource, 0x1b873593)) | 0,
});

const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');

export const printed = (print: Fingerprint): string => hex(print.high) + hex(print.low);
