import { createHash } from 'node:crypto';
import type { WorldPorts } from '../../xds/envoy/emitter.ts';

const hex = (algorithm: string, content: string | Uint8Array) => createHash(algorithm).update(content).digest('hex');

export const hashes: WorldPorts = {
  contentHash: (bytes) => hex('sha256', bytes),
  sha1Hex: (text) => hex('sha1', text),
};

/** The same ports, and how many resources were encoded with them so far. */
export function countingHashes(): { readonly ports: WorldPorts; readonly encoded: () => number } {
  let count = 0;
  const contentHash = (bytes: Uint8Array) => {
    count += 1;
    return hashes.contentHash(bytes);
  };
  return { ports: { ...hashes, contentHash }, encoded: () => count };
}
