import { hash } from 'node:crypto';
import type { WorldPorts } from '../xds/envoy/emitter.ts';

/** What names clusters as Contour does, and versions resources by their bytes: 128 bits of SHA-256. */
export const hashes: WorldPorts = {
  contentHash: (bytes) => hash('sha256', bytes, 'base64url').slice(0, 22),
  sha1Hex: (text) => hash('sha1', text, 'hex'),
};
