import { DeltaDiscoveryRequest, DiscoveryRequest } from '../proto/generated/envoy/service/discovery/v3/discovery.ts';
import type { Node } from '../proto/generated/envoy/config/core/v3/base.ts';
import type { DeltaRequest, SotwRequest } from '../snapshot/messages.ts';
import { asTypeUrl } from '../snapshot/order.ts';
import type { TypeUrl } from '../snapshot/resource.ts';
import type { Method } from './methods.ts';

/** Who asks. */
export interface Identity {
  readonly node: string;
  readonly cluster: string;
  /** `1.40.0`; empty where the client does not say. */
  readonly version: string;
  /** What it says of itself under keys of ours: text that nobody has checked. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** What a client sent is not of the protocol; the message is fit to be sent back. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

export interface Decoded {
  /** Null where the request does not say who asks, which only the first on a stream has to. */
  readonly identity: Identity | null;
  /** Null where it asks for a type that is not served here. */
  readonly request: DeltaRequest | SotwRequest | null;
}

const longestNode = 1_024;

const versionOf = ({ userAgentVersionType: agent }: Node): string => {
  if (agent?.$case === 'userAgentVersion') return agent.value;
  const version = agent?.value.version;
  if (version === undefined) return '';
  return `${version.majorNumber ?? 0}.${version.minorNumber ?? 0}.${version.patch ?? 0}`;
};

const ourMetadata = 'kubectl-contour.io/';
const longestMetadata = 256;
const mostMetadata = 16;

const metadataOf = ({ metadata = {} }: Node): Identity['metadata'] =>
  new Map(
    Object.entries(metadata as Readonly<Record<string, unknown>>)
      .filter((entry): entry is [string, string] => entry[0].startsWith(ourMetadata) && typeof entry[1] === 'string')
      .filter(([key, value]) => key.length <= longestMetadata && value.length <= longestMetadata)
      .slice(0, mostMetadata),
  );

const identityOf = (node: Node | undefined): Identity | null => {
  if (node?.id === undefined || node.id === '') return null;
  if (node.id.length > longestNode) throw new BadRequest(`the node's id is longer than ${longestNode} characters`);
  const cluster = (node.cluster ?? '').slice(0, longestNode);
  return { node: node.id, cluster, version: versionOf(node).slice(0, 64), metadata: metadataOf(node) };
};

const typeOf = (method: Method, asked: string): TypeUrl | null => {
  if (method.type === null) return asTypeUrl(asked);
  if (asked !== '' && asked !== method.type) throw new BadRequest(`this stream carries ${method.type} only`);
  return method.type;
};

const deltaOf = (message: DeltaDiscoveryRequest, type: TypeUrl): DeltaRequest => ({
  mode: 'delta',
  type,
  subscribe: message.resourceNamesSubscribe ?? [],
  unsubscribe: message.resourceNamesUnsubscribe ?? [],
  initialVersions: message.initialResourceVersions ?? new Map(),
  nonce: message.responseNonce ?? '',
  error: message.errorDetail === undefined ? null : (message.errorDetail.message ?? ''),
});

const sotwOf = (message: DiscoveryRequest, type: TypeUrl): SotwRequest => ({
  mode: 'sotw',
  type,
  names: message.resourceNames ?? [],
  nonce: message.responseNonce ?? '',
  error: message.errorDetail === undefined ? null : (message.errorDetail.message ?? ''),
});

const parse = <T>(codec: { decode(bytes: Uint8Array): T }, bytes: Uint8Array): T => {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new BadRequest('the message is no discovery request', { cause });
  }
};

/** Throws `BadRequest`. */
export const decodeRequest = (method: Method, bytes: Uint8Array): Decoded => {
  if (method.mode === 'delta') {
    const message = parse(DeltaDiscoveryRequest, bytes);
    const type = typeOf(method, message.typeUrl ?? '');
    return { identity: identityOf(message.node), request: type === null ? null : deltaOf(message, type) };
  }
  const message = parse(DiscoveryRequest, bytes);
  const type = typeOf(method, message.typeUrl ?? '');
  return { identity: identityOf(message.node), request: type === null ? null : sotwOf(message, type) };
};
