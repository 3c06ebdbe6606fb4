import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

export type KeyPairVerdict = { readonly valid: true } | { readonly valid: false; readonly reason: string };

const certificateBlock =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

// https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto: Envoy
// refuses RSA keys under 2048 bits and every EC curve but these; Ed25519 loads, but no handshake offers it.
const minimumRsaBits = 2048;
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

function invalid(reason: string): KeyPairVerdict {
  return { valid: false, reason };
}

function parseChain(pem: string): readonly X509Certificate[] | string {
  const blocks = pem.match(certificateBlock) ?? [];
  if (blocks.length === 0) return 'holds no CERTIFICATE block in its certificate chain';
  const chain: X509Certificate[] = [];
  for (const block of blocks) {
    try {
      chain.push(new X509Certificate(block));
    } catch {
      return `holds something that is no X.509 certificate as certificate ${chain.length + 1} of its chain`;
    }
  }
  return chain;
}

function parseKey(pem: string): KeyObject | string {
  const blocks = pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g) ?? [];
  if (blocks.length === 0) return 'holds no PRIVATE KEY block in its key';
  if (blocks.length > 1) return 'holds more than one PRIVATE KEY block in its key';
  // Node's own words for a bad key may quote it, so none of them are passed on.
  if (/BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    return 'holds an encrypted private key: store it without a passphrase';
  try {
    return createPrivateKey(pem);
  } catch {
    return 'holds a private key that cannot be read';
  }
}

function strength(key: KeyObject): string | null {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    return bits >= minimumRsaBits
      ? null
      : `holds an RSA key of ${bits} bits and Envoy wants at least ${minimumRsaBits}`;
  }
  if (key.asymmetricKeyType === 'ec') {
    const curve = details?.namedCurve ?? 'unknown';
    return curves.has(curve) ? null : `holds a key on curve ${curve} and Envoy takes only P-256, P-384 and P-521`;
  }
  return `holds a key of type ${key.asymmetricKeyType ?? 'unknown'} and Envoy serves only RSA and ECDSA`;
}

/**
 * Says whether Envoy would serve this certificate chain with this key, both PEM. The reason goes on
 * from the Secret's name ("holds …") and quotes no byte of either. An expired certificate is valid here, as it is for Envoy.
 */
export function inspectKeyPair(certificateChain: Uint8Array, privateKey: Uint8Array): KeyPairVerdict {
  const chain = parseChain(Buffer.from(certificateChain).toString('latin1'));
  if (typeof chain === 'string') return invalid(chain);
  const key = parseKey(Buffer.from(privateKey).toString('latin1'));
  if (typeof key === 'string') return invalid(key);
  const weak = strength(key);
  if (weak !== null) return invalid(weak);
  const leaf = chain[0];
  if (leaf === undefined || !leaf.checkPrivateKey(key))
    return invalid('holds a private key that does not belong to its first certificate');
  if (leaf.subject === undefined && leaf.subjectAltName === undefined) {
    return invalid('holds a first certificate with neither a common name nor a subject alternative name');
  }
  return { valid: true };
}
