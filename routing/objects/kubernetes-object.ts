import type { Problem } from './diagnostic.ts';
import type { HTTPProxySpec } from './generated/http-proxy.ts';
import type { TLSCertificateDelegationSpec } from './generated/tls-certificate-delegation.ts';
import type { Kind, ObjectRef } from './ref.ts';
import type { Metadata } from './metadata.ts';

interface Decoded<K extends Kind> {
  readonly kind: K;
  readonly metadata: Metadata;
  /** Faults of form. A value that was of the wrong type is absent from `spec`. */
  readonly problems: readonly Problem[];
}

export interface HTTPProxy extends Decoded<'HTTPProxy'> {
  readonly spec: HTTPProxySpec;
  /** `lastTransitionTime` of a `HostClaimed` condition that is true of its present host; null where there is none. */
  readonly hostClaimedAt: string | null;
}

export interface TLSCertificateDelegation extends Decoded<'TLSCertificateDelegation'> {
  readonly spec: TLSCertificateDelegationSpec;
}

export interface IngressBackend {
  readonly service: { readonly name: string; readonly port: number | string } | null;
}

export interface IngressPath {
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  readonly backend: IngressBackend;
  /** Whether `projectcontour.io/websocket-routes` lists it, exactly as it is written. */
  readonly websockets: boolean;
  /** JSON pointer into the Ingress, `/spec/rules/0/http/paths/1`. */
  readonly pointer: string;
}

export interface IngressTls {
  readonly secretName: string;
  readonly pointer: string;
}

export interface Ingress extends Decoded<'Ingress'> {
  readonly spec: {
    readonly ingressClassName: string | null;
    readonly defaultBackend: IngressBackend | null;
    /** By host in lower case, `*` where a rule names none: one Ingress may have ten thousand of them. */
    readonly paths: ReadonlyMap<string, readonly IngressPath[]>;
    readonly tls: readonly IngressTls[];
    /** Of each host in lower case, the first that names it. */
    readonly tlsOf: ReadonlyMap<string, IngressTls>;
  };
}

export interface ServicePort {
  /** Empty for the only port of a Service that names none. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly appProtocol: string | null;
}

export interface Service extends Decoded<'Service'> {
  readonly spec: {
    readonly type: string;
    readonly externalName: string | null;
    readonly ports: readonly ServicePort[];
  };
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  /** `conditions.ready`, absent means true. */
  readonly ready: boolean;
}

export interface EndpointSlice extends Decoded<'EndpointSlice'> {
  /** Label `kubernetes.io/service-name`; empty where it is missing. */
  readonly service: string;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly ports: readonly { readonly name: string; readonly port: number | null; readonly protocol: string }[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** Bytes that print as `[redacted]` on every path: template, JSON, inspect. `reveal` is the one way out. */
export interface RedactedBytes {
  reveal(): Uint8Array;
  toString(): string;
  toJSON(): string;
}

export interface Secret extends Decoded<'Secret'> {
  readonly type: string;
  /** Decoded from base64. */
  readonly data: ReadonlyMap<string, RedactedBytes>;
}

export type Namespace = Decoded<'Namespace'>;

/** Everything the store can hold. */
export type KubernetesObject =
  HTTPProxy | TLSCertificateDelegation | Ingress | Service | EndpointSlice | Secret | Namespace;

export type ObjectOfKind<K extends Kind> = Extract<KubernetesObject, { kind: K }>;

export function refOf(object: KubernetesObject): ObjectRef {
  return { kind: object.kind, namespace: object.metadata.namespace, name: object.metadata.name };
}

/** One step of the world, as every source emits it. */
export type Change =
  { readonly type: 'upsert'; readonly object: KubernetesObject } | { readonly type: 'delete'; readonly ref: ObjectRef };
