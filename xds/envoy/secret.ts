import type { ServedSecret } from '../../routing/graph/graph.ts';
import type { DataSource } from '../proto/generated/envoy/config/core/v3/base.ts';
import type { Secret } from '../proto/generated/envoy/extensions/transport_sockets/tls/v3/secret.ts';

/** Its bytes hold a private key: they are for the wire only. */
export function emitSecret({ key, certificateChain, privateKey }: ServedSecret): Secret {
  return {
    name: key,
    type: {
      $case: 'tlsCertificate',
      value: { certificateChain: inline(certificateChain), privateKey: inline(privateKey.reveal()) },
    },
  };
}

function inline(value: Uint8Array): DataSource {
  return { specifier: { $case: 'inlineBytes', value } };
}
