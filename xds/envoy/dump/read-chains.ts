import type { HostName, SecureHost } from '../../../routing/graph/graph.ts';
import { fieldAt, listAt, textAt } from '../json.ts';
import { listenerName } from '../names.ts';

/** How a host shakes hands. */
export type Chain = Omit<SecureHost, 'routes'>;

/** By the name of the handshake, of the listener as it serves now. */
export function readChains(listeners: readonly unknown[]): ReadonlyMap<HostName, Chain> {
  const https = listeners.find((each) => textAt(each, 'name') === listenerName.https);
  const chains = listAt(fieldAt(fieldAt(https, 'active_state'), 'listener'), 'filter_chains') ?? [];
  return new Map(
    chains.flatMap((chain) =>
      (listAt(fieldAt(chain, 'filter_chain_match'), 'server_names') ?? []).map((host) => {
        return [String(host) as HostName, readChain(chain)] as const;
      }),
    ),
  );
}

function readChain(chain: unknown): Chain {
  const context = fieldAt(fieldAt(fieldAt(chain, 'transport_socket'), 'typed_config'), 'common_tls_context');
  const [secret] = listAt(context, 'tls_certificate_sds_secret_configs') ?? [];
  const [namespace = '', name = ''] = textAt(secret, 'name').split('/');
  const parameters = fieldAt(context, 'tls_params');
  return {
    secret: { namespace, name },
    minimumProtocolVersion: textAt(parameters, 'tls_minimum_protocol_version') === 'TLSv1_3' ? '1.3' : '1.2',
    maximumProtocolVersion: textAt(parameters, 'tls_maximum_protocol_version') === 'TLSv1_2' ? '1.2' : '1.3',
  };
}
