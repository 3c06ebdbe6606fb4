import { ServerCredentials } from '@grpc/grpc-js';
import type { SecureContextOptions } from 'node:tls';

/** PEM. Only clients with a certificate of the authority are heard. */
export interface XdsTls {
  readonly ca: Uint8Array;
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
}

/**
 * What the library is to serve with, and may be told anew. Those of its own that follow certificates say nothing of the
 * version of TLS to each new one, so that Node would take TLS 1.2 again after the first rotation.
 */
export class RenewableCredentials extends ServerCredentials {
  constructor(tls: XdsTls) {
    super({ requestCert: true, rejectUnauthorized: true }, contextOf(tls));
  }

  /** For handshakes from now on. */
  renew(tls: XdsTls): void {
    this.updateSecureContextOptions(contextOf(tls));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

const contextOf = ({ ca, certificate, key }: XdsTls): SecureContextOptions => ({
  ca: Buffer.from(ca),
  cert: Buffer.from(certificate),
  key: Buffer.from(key),
  minVersion: 'TLSv1.3',
});
