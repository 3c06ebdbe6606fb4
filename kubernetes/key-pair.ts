import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

export type KeyPairVerdict = { readonly valid: true } | { readonly valid: false; readonly reason: string };

const certificateBlock = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

// https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto: Envoy
// refuses RSA keys under 2048 bits and every EC curve but these; Ed25519 loads, but no handshake offers it.
const minimumRsaBits = 2048;
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

function invalid(reason: string): KeyPairVerdict {
  return { valid: false, reason };
}

function parseChain(pem: string): readonly X509Certificate[] | string {
  const blocks = pem.match(certificateBlock) ?? [];
  if (blocks.length === 0) return 'the certificate chain holds no CERTIFICATE block';
  const chain: X509Certificate[] = [];
  for (const block of blocks) {
    try {
      chain.push(new X509Certificate(block));
    } catch {
      return `certificate ${chain.length + 1} of the chain is no X.509 certificate`;
    }
  }
  return chain;
}

function parseKey(pem: string): KeyObject | string {
  const blocks = pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g) ?? [];
  if (blocks.length === 0) return 'the key holds no PRIVATE KEY block';
  if (blocks.length > 1) return 'the key holds more than one PRIVATE KEY block';
  // Node's own words for a bad key may quote it, so none of them are passed on.
  if (/BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem)) return 'the private key is encrypted: store it without a passphrase';
  try {
    return createPrivateKey(pem);
  } catch {
    return 'the private key cannot be read';
  }
}

function strength(key: KeyObject): string | null {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    return bits >= minimumRsaBits ? null : `the RSA key has ${bits} bits and Envoy wants at least ${minimumRsaBits}`;
  }
  if (key.asymmetricKeyType === 'ec') {
    const curve = details?.namedCurve ?? 'unknown';
    return curves.has(curve) ? null : `the key is on curve ${curve} and Envoy takes only P-256, P-384 and P-521`;
  }
  return `the key is of type ${key.asymmetricKeyType ?? 'unknown'} and Envoy serves only RSA and ECDSA`;
}

/**
 * Says whether Envoy would serve this certificate chain with this key, both PEM. The reason is a plain
 * sentence without a byte of either. An expired certificate is valid here, as it is for Envoy.
 */
export function inspectKeyPair(certificateChain: Uint8Array, privateKey: Uint8Array): KeyPairVerdict {
  const chain = parseChain(Buffer.from(certificateChain).toString('latin1'));
  if (typeof chain === 'string') return invalid(chain);
  const key = parseKey(Buffer.from(privateKey).toString('latin1'));
  if (typeof key === 'string') return invalid(key);
  const weak = strength(key);
  if (weak !== null) return invalid(weak);
  const leaf = chain[0];
  if (leaf === undefined || !leaf.checkPrivateKey(key)) return invalid('the private key does not belong to the first certificate');
  if (leaf.subject === undefined && leaf.subjectAltName === undefined) {
    return invalid('the first certificate names nobody: it has neither a common name nor a subject alternative name');
  }
  return { valid: true };
}
