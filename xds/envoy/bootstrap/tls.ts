/** PEM files for mutual TLS. */
export interface MutualTls {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Where the files of `sdsSecrets` are. Without them Envoy reads the PEM files once and never again. */
  readonly secrets?: SecretFiles;
}

export interface SecretFiles {
  readonly certificate: string;
  readonly validation: string;
}

/** As Contour names them. */
const secretName = {
  certificate: 'contour_xds_tls_certificate',
  validation: 'contour_xds_tls_validation_context',
} as const;

const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

export function mutualTls(tls: MutualTls): object {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
        ...(tls.secrets === undefined ? inPlace(tls) : fromFiles(tls.secrets)),
      },
    },
  };
}

const inPlace = (tls: MutualTls): object => ({
  tls_certificates: [certificateOf(tls)],
  validation_context: validationOf(tls),
});

const fromFiles = ({ certificate, validation }: SecretFiles): object => ({
  tls_certificate_sds_secret_configs: [
    { name: secretName.certificate, sds_config: { path_config_source: { path: certificate } } },
  ],
  validation_context_sds_secret_config: {
    name: secretName.validation,
    sds_config: { path_config_source: { path: validation } },
  },
});

/**
 * What the files of `secrets` hold, ready for JSON. Envoy reads PEM files that such a file names again when something
 * beside them is renamed, which is how kubelet replaces a mounted Secret.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret#key-rotation
 */
export function sdsSecrets(tls: MutualTls): { readonly certificate: object; readonly validation: object } {
  return {
    certificate: secretFile(secretName.certificate, { tls_certificate: certificateOf(tls) }),
    validation: secretFile(secretName.validation, { validation_context: validationOf(tls) }),
  };
}

const certificateOf = ({ certificate, key }: MutualTls): object => ({
  certificate_chain: { filename: certificate },
  private_key: { filename: key },
});

const validationOf = ({ ca }: MutualTls): object => ({
  trusted_ca: { filename: ca },
  // The name that Contour's certificates carry.
  match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'contour' } }],
});

const secretFile = (name: string, body: object): object => ({
  resources: [{ '@type': secretType, name, ...body }],
});
