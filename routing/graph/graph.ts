import type { Diagnostic } from '../objects/diagnostic.ts';
import type { ObjectRef, RefKey, Source } from '../objects/ref.ts';

/** A host name as it is declared: lower case, `*.example.com` for a wildcard, `*` for every other host. */
export type HostName = string & { readonly __brand: 'HostName' };

export interface PathMatch {
  /** `Prefix` compares characters (`/blog` matches `/blogger`), `SegmentPrefix` whole path segments. */
  readonly type: 'Exact' | 'Regex' | 'Prefix' | 'SegmentPrefix';
  readonly value: string;
}

export interface HeaderMatch {
  readonly name: string;
  readonly type: 'Exact' | 'Regex' | 'Contains' | 'Present';
  /** Empty for `Present`. */
  readonly value: string;
  readonly invert: boolean;
  readonly ignoreCase: boolean;
  readonly treatMissingAsEmpty: boolean;
}

export interface QueryMatch {
  readonly name: string;
  readonly type: 'Exact' | 'Regex' | 'Prefix' | 'Suffix' | 'Contains' | 'Present';
  readonly value: string;
  readonly ignoreCase: boolean;
}

export interface RouteMatch {
  readonly path: PathMatch;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
}

/** `namespace/service/portName` (`namespace/service` for an unnamed port): one set of endpoints. */
export type EndpointsKey = string & { readonly __brand: 'EndpointsKey' };

/** A port of a Service, as traffic is sent to it. */
export interface ServiceTarget {
  readonly namespace: string;
  readonly name: string;
  /** The Service's port number. */
  readonly port: number;
  readonly endpoints: EndpointsKey;
  /** How the backend speaks; null is HTTP/1.1. */
  readonly protocol: 'h2' | 'h2c' | 'tls' | null;
}

export interface WeightedBackend {
  readonly target: ServiceTarget;
  /** As written; null where it is absent. */
  readonly weight: number | null;
  /** What Envoy is told: Contour's rules for absent and zero weights applied. */
  readonly effectiveWeight: number;
  readonly source: Source;
}

export interface Mirror {
  readonly target: ServiceTarget;
  /** 1 to 100. */
  readonly percent: number;
  readonly source: Source;
}

export type RouteAction =
  | {
      readonly type: 'Forward';
      readonly backends: readonly WeightedBackend[];
      readonly mirror: Mirror | null;
      readonly websockets: boolean;
    }
  | { readonly type: 'Redirect'; readonly scheme: 'https'; readonly status: 301 }
  | { readonly type: 'DirectResponse'; readonly status: number; readonly body: string }
  /** The route exists and answers an error because something about it is wrong. */
  | { readonly type: 'Error'; readonly status: 502 | 503; readonly reason: string };

export interface Route {
  readonly match: RouteMatch;
  readonly action: RouteAction;
  /** The route, in the object that wrote it. */
  readonly source: Source;
  /** The includes that led here, root first. */
  readonly via: readonly Source[];
}

export interface SecureHost {
  /** The Secret with certificate and key, read by name: its bytes are in `Graph.secrets`. */
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly minimumProtocolVersion: '1.2' | '1.3';
  readonly maximumProtocolVersion: '1.2' | '1.3';
  /** In the order Envoy evaluates them. */
  readonly routes: readonly Route[];
}

/** One object, or one key of an Ingress, that asked for a host and did not get it. */
export interface LostClaim {
  readonly source: Source;
  /** Null where the whole host was lost. */
  readonly match: RouteMatch | null;
  readonly reason: string;
  readonly holder: Source;
}

/** One object as one host saw it. */
export interface Visit {
  readonly ref: ObjectRef;
  /** `root` owns the host, `included` was reached from a root, `ingress` is an Ingress with a rule for it. */
  readonly role: 'root' | 'included' | 'ingress';
  /** What includes narrow its requests to on this host, in the order they were found; empty where it is not included. */
  readonly scopes: readonly RouteMatch[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One virtual host's worth of truth: what a unit yields. */
export interface HostGraph {
  readonly host: HostName;
  /** Plain HTTP, in the order Envoy evaluates them; empty where the host is not served there. */
  readonly routes: readonly Route[];
  readonly secure: SecureHost | null;
  /** Who holds the host among HTTPProxy roots; null where only Ingresses serve it. */
  readonly holder: ObjectRef | null;
  readonly lost: readonly LostClaim[];
  readonly visits: readonly Visit[];
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Where a Service port's traffic goes. Not part of any host: pods come and go without touching a route. */
export interface Endpoints {
  readonly key: EndpointsKey;
  /** Only ready ones, without duplicates, sorted. */
  readonly ready: readonly Endpoint[];
  /** Ready or not. */
  readonly total: number;
  /** False where the input holds no EndpointSlice at all for the Service, and that is no fact. */
  readonly known: boolean;
}

/** A certificate with its key, valid and used by a host. */
export interface ServedSecret {
  /** `namespace/name`: stable over rotations, so that a rotation touches no listener. */
  readonly key: string;
  readonly certificateChain: Uint8Array;
  readonly privateKey: { reveal(): Uint8Array };
}

/** What the whole world says of one object. */
export interface ObjectStatus {
  readonly ref: ObjectRef;
  /** `unverified` where the input does not hold what it would take to tell. */
  readonly currentStatus: 'valid' | 'invalid' | 'orphaned' | 'unverified';
  readonly description: string;
  /** `metadata.generation` of what was compiled; 0 in files that do not give one. */
  readonly generation: number;
  /** The hosts that looked at it, sorted. */
  readonly hosts: readonly HostName[];
  readonly included: InclusionList;
  /** Of an HTTPProxy root: the host it asks for, and the record of holding it (`claimMessage`). Null for all others. */
  readonly claim: { readonly host: HostName; readonly record: string } | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Where includes lead to an object, by host. An object that thousands of roots include has a few of them here. */
export interface InclusionList {
  readonly first: readonly { readonly host: HostName; readonly match: RouteMatch }[];
  /** How many there are in all. */
  readonly total: number;
}

/** The validated world. */
export interface Graph {
  readonly hosts: ReadonlyMap<HostName, HostGraph>;
  readonly endpoints: ReadonlyMap<EndpointsKey, Endpoints>;
  readonly secrets: ReadonlyMap<string, ServedSecret>;
  readonly objects: ReadonlyMap<RefKey, ObjectStatus>;
}

/** What a compile moved; a name in it may have come, changed or gone. */
export interface GraphChange {
  readonly hosts: ReadonlySet<HostName>;
  readonly endpoints: ReadonlySet<EndpointsKey>;
  readonly secrets: ReadonlySet<string>;
  readonly objects: ReadonlySet<RefKey>;
}
