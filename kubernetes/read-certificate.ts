import { X509Certificate } from 'node:crypto';

/** What the first certificate of a chain says of itself. */
export interface CertificateFacts {
  /** Names and addresses that it is for. */
  readonly names: readonly string[];
  /** In RFC 3339, UTC. */
  readonly notAfter: string;
}

/** https://nodejs.org/api/crypto.html#x509subjectaltname: what could be taken for a divider stands in quotes. */
const alternativeName = /(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** @param chain in PEM; null where it is none */
export function readCertificate(chain: Uint8Array): CertificateFacts | null {
  try {
    const { subjectAltName = '', validTo } = new X509Certificate(chain);
    const names = [...subjectAltName.matchAll(alternativeName)].map(([, name = '']) => name);
    return { names, notAfter: new Date(validTo).toISOString() };
  } catch {
    return null;
  }
}
