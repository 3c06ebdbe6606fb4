import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { validateHeaderValue } from 'node:http';
import type { RequestOptions } from 'node:https';
import { AccessError } from './errors.ts';

/** As the kubeconfig names them, in quotes. */
interface Names {
  readonly user: string;
  readonly cluster: string;
}

/**
 * What TLS and HTTP would refuse in words of their own, or only once somebody is asked. Throws AccessError. Returns the
 * options without a key that nobody asked for.
 */
export function refuseUnusable(options: RequestOptions, names: Names, today: Date): RequestOptions {
  const { ca, cert, key, ...others } = options;
  if (isPem(ca) && certificateIn(ca) === null)
    throw new AccessError(`the certificate-authority of cluster ${names.cluster} holds no certificate`);
  refuseHeaders(options.headers, names);
  const authority = ca === undefined ? {} : { ca };
  if (!isPem(cert)) return { ...others, ...authority };
  refuseCertificate(cert, key, names, today);
  return { ...others, ...authority, cert, key };
}

function refuseHeaders(headers: RequestOptions['headers'], { user }: Names): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    try {
      validateHeaderValue(name, String(value));
    } catch {
      const what = name === 'Authorization' ? 'token' : name;
      throw new AccessError(`the ${what} of user ${user} holds what none may`);
    }
  }
}

function refuseCertificate(cert: string | Buffer, key: RequestOptions['key'], { user }: Names, today: Date): void {
  const certificate = certificateIn(cert);
  if (certificate === null) throw new AccessError(`the client certificate of user ${user} holds no certificate`);
  if (certificate.validToDate <= today) {
    const day = certificate.validToDate.toISOString().slice(0, 10);
    throw new AccessError(`the client certificate of user ${user} expired on ${day}`);
  }
  if (!isPem(key)) throw new AccessError(`user ${user} has a client certificate and no key`);
  const own = keyIn(key);
  if (own === null) throw new AccessError(`the client key of user ${user} is none that can be used`);
  if (!certificate.checkPrivateKey(own))
    throw new AccessError(`the client key of user ${user} is not that of the certificate`);
}

function isPem(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

function certificateIn(pem: string | Buffer): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function keyIn(pem: string | Buffer): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
