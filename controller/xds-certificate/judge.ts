import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import type { XdsTls } from '../../xds/serve/server.ts';
import type { TlsFiles } from '../config.ts';

export type Judged =
  /** `expires`: when the first of what a handshake needs does. */
  | { readonly valid: true; readonly tls: XdsTls; readonly expires: Date }
  /** One plain sentence that names files and quotes no byte of them. */
  | { readonly valid: false; readonly reason: string };

/** Whether handshakes can be served with what the files hold. An expired certificate is one that can be read. */
export function judge(files: TlsFiles, tls: XdsTls): Judged {
  const pair = inspectKeyPair(tls.certificate, tls.key);
  if (!pair.valid) return invalid(`the pair of ${files.certificate} and ${files.key} ${pair.reason}`);
  const authorities = authoritiesIn(tls.ca);
  if (authorities === null) return invalid(`--contour-cafile names ${files.ca}, which holds no certificate`);
  if (!isTakenByTls(tls)) return invalid(`TLS takes no ${files.certificate} with ${files.key} and ${files.ca}`);
  const leaf = new X509Certificate(Buffer.from(tls.certificate));
  // A bundle keeps old authorities beside the new one.
  const newest = Math.max(...authorities.map(({ validToDate }) => validToDate.getTime()));
  return { valid: true, tls, expires: new Date(Math.min(leaf.validToDate.getTime(), newest)) };
}

const invalid = (reason: string): Judged => ({ valid: false, reason });

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Null where there is none, or one that cannot be read. */
function authoritiesIn(pem: Uint8Array): readonly X509Certificate[] | null {
  const blocks = Buffer.from(pem).toString('latin1').match(certificateBlock);
  try {
    return blocks?.map((block) => new X509Certificate(block)) ?? null;
  } catch {
    return null;
  }
}

function isTakenByTls({ ca, certificate, key }: XdsTls): boolean {
  try {
    createSecureContext({ ca: Buffer.from(ca), cert: Buffer.from(certificate), key: Buffer.from(key) });
    return true;
  } catch {
    return false;
  }
}
