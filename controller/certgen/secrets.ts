import type { Certificates, KeyPair } from './certificates.ts';
import type { SecretsFormat } from './certgen-config.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/ */
export interface Secret {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly type: string;
  /** Base64, as the API server wants it. */
  readonly data: Readonly<Record<string, string>>;
}

export interface SecretNaming {
  readonly namespace: string;
  /** Of Envoy's Secret, where Envoy does not live with Contour. */
  readonly envoyNamespace: string;
  readonly format: SecretsFormat;
  readonly suffix: string;
}

/** The certificates as Contour's manifests mount them. */
export function secretsOf({ authority, contour, envoy }: Certificates, naming: SecretNaming): readonly Secret[] {
  const { format, suffix } = naming;
  const secret = (namespace: string, name: string, type: string, data: Readonly<Record<string, string>>): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: name + suffix, namespace, labels: { app: 'contour' } },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  });
  const pair = (namespace: string, name: string, { certificate, key }: KeyPair): Secret =>
    secret(namespace, name, 'kubernetes.io/tls', {
      ...(format === 'compact' ? { 'ca.crt': authority } : {}),
      'tls.crt': certificate,
      'tls.key': key,
    });
  return [
    ...(format === 'legacy' ? [secret(naming.namespace, 'cacert', 'Opaque', { 'cacert.pem': authority })] : []),
    pair(naming.namespace, 'contourcert', contour),
    pair(naming.envoyNamespace, 'envoycert', envoy),
  ];
}

/** A manifest for kubectl. Names are quoted: some are numbers to YAML. */
export function yamlOf({ apiVersion, kind, metadata, type, data }: Secret): string {
  const lines = (values: Readonly<Record<string, string>>, indent: string): string =>
    Object.entries(values)
      .map(([key, value]) => `${indent}${key}: ${value}\n`)
      .join('');
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${JSON.stringify(metadata.name)}
  namespace: ${JSON.stringify(metadata.namespace)}
  labels:
${lines(metadata.labels, '    ')}type: ${type}
data:
${lines(data, '  ')}`;
}
