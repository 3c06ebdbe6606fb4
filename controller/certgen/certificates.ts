import { createHash, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { BitString, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  RelativeDistinguishedNames,
  Time,
} from 'pkijs';

/** PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What both ends of the xDS connection need. PEM. The authority's key is never kept: nobody can sign more with it. */
export interface Certificates {
  readonly authority: string;
  readonly contour: KeyPair;
  readonly envoy: KeyPair;
}

export interface CertificateOptions {
  /** Of the Services that the certificates name. */
  readonly namespace: string;
  readonly lifetimeDays: number;
  readonly now: Date;
}

/** Clocks of two nodes may differ by this much, in ms. */
const backdated = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

// https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1
const oid = {
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** A new authority, and a certificate of it for each end. A replica of the controller also calls its peers. */
export async function makeCertificates(options: CertificateOptions): Promise<Certificates> {
  const authority = await makeAuthority(options);
  const issue = async (name: string, usages: readonly string[]): Promise<KeyPair> => {
    const keys = await newKeys();
    const names = [name, ...['', '.svc', '.svc.cluster.local'].map((end) => `${name}.${options.namespace}${end}`)];
    const extensions = [
      critical(oid.basicConstraints, new BasicConstraints({ cA: false }).toSchema()),
      // An ECDSA key signs; there is nothing to encipher with it.
      critical(oid.keyUsage, bits(0b1000_0000, 7)),
      plain(oid.extKeyUsage, new ExtKeyUsage({ keyPurposes: [...usages] }).toSchema()),
      plain(oid.subjectAltName, dnsNames(names)),
      plain(oid.authorityKeyIdentifier, issuedBy(authority.identifier)),
    ];
    const subject = { name, publicKey: keys.publicKey, extensions };
    return { certificate: await sign(subject, authority, options), key: pemOf(keys.privateKey) };
  };
  return {
    authority: authority.certificate,
    contour: await issue('contour', [oid.serverAuth, oid.clientAuth]),
    envoy: await issue('envoy', [oid.clientAuth]),
  };
}

interface Issuer {
  readonly name: string;
  readonly privateKey: webcrypto.CryptoKey;
}

interface Subject {
  readonly name: string;
  readonly publicKey: webcrypto.CryptoKey;
  readonly extensions: readonly Extension[];
}

async function makeAuthority(
  options: CertificateOptions,
): Promise<Issuer & { readonly certificate: string; readonly identifier: OctetString }> {
  const { publicKey, privateKey } = await newKeys();
  // Two authorities of one installation are told apart in a bundle.
  const name = `contour-${randomBytes(8).toString('hex')}`;
  const identifier = await identifierOf(publicKey);
  const extensions = [
    critical(oid.basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema()),
    // keyCertSign and cRLSign
    critical(oid.keyUsage, bits(0b0000_0110, 1)),
    plain(oid.subjectKeyIdentifier, identifier),
  ];
  const issuer = { name, privateKey };
  return { ...issuer, identifier, certificate: await sign({ name, publicKey, extensions }, issuer, options) };
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function sign(
  { name, publicKey, extensions }: Subject,
  issuer: Issuer,
  { lifetimeDays, now }: CertificateOptions,
): Promise<string> {
  const certificate = new Certificate({
    version: 2,
    serialNumber: serialNumber(),
    issuer: commonName(issuer.name),
    subject: commonName(name),
    notBefore: time(now.getTime() - backdated),
    notAfter: time(now.getTime() + lifetimeDays * dayMs),
    extensions: [...extensions],
  });
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  await certificate.sign(issuer.privateKey, 'SHA-256');
  return new X509Certificate(Buffer.from(certificate.toSchema(true).toBER())).toString();
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Positive, and longer than anybody can guess. https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.2 */
function serialNumber(): Integer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return new Integer({ valueHex: new Uint8Array(bytes) });
}

const commonName = (value: string): RelativeDistinguishedNames =>
  new RelativeDistinguishedNames({
    typesAndValues: [new AttributeTypeAndValue({ type: oid.commonName, value: new Utf8String({ value }) })],
  });

/** In whole seconds. From 2050 on in the longer form. https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5 */
function time(ms: number): Time {
  const value = new Date(Math.floor(ms / 1000) * 1000);
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

async function identifierOf(publicKey: webcrypto.CryptoKey): Promise<OctetString> {
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', publicKey));
  return new OctetString({ valueHex: new Uint8Array(createHash('sha256').update(spki).digest().subarray(0, 20)) });
}

type Encodable = Pick<OctetString, 'toBER'>;

const extension = (extnID: string, isCritical: boolean, value: Encodable): Extension =>
  new Extension({ extnID, critical: isCritical, extnValue: value.toBER(false) });
const critical = (extnID: string, value: Encodable): Extension => extension(extnID, true, value);
const plain = (extnID: string, value: Encodable): Extension => extension(extnID, false, value);

const bits = (byte: number, unusedBits: number): BitString =>
  new BitString({ valueHex: new Uint8Array([byte]), unusedBits });

const dnsNames = (names: readonly string[]): Encodable =>
  new GeneralNames({ names: names.map((value) => new GeneralName({ type: 2, value })) }).toSchema();

const issuedBy = (keyIdentifier: OctetString): Encodable => new AuthorityKeyIdentifier({ keyIdentifier }).toSchema();
