import type { ActionItem, ReasonItem, SourceItem } from './route-item.ts';

/** What a certificate says of itself. */
export interface CertificateItem {
  /** Names and addresses that it is for. */
  readonly names: readonly string[];
  /** In RFC 3339, UTC. */
  readonly notAfter: string;
}

/** One place of the tree of who includes whom. */
export interface TreeNode {
  readonly type: 'host' | 'proxy' | 'ingress' | 'route' | 'secret';
  /** The object; of a host its root, of a route the object that wrote it; null where nobody declares it. */
  readonly source: SourceItem | null;
  /** The include that leads here, in the object above. */
  readonly include: SourceItem | null;
  /** What requests it is for, in words; null for hosts and secrets. */
  readonly match: string | null;
  /** Whether the object is of another namespace than the one above. */
  readonly delegated: boolean;
  /** `notFound` for what is named and does not exist, `cycle` for what leads back to where it is. */
  readonly status: {
    readonly state: 'valid' | 'invalid' | 'orphaned' | 'unverified' | 'notFound' | 'cycle';
    readonly reasons: readonly ReasonItem[];
  };
  /** The host, or `namespace/name`. */
  readonly name: string;
  /** What a route does; null for everything else, and for a route that is left out. */
  readonly action: ActionItem | null;
  /** Of a Secret alone; null where its certificate was not read. */
  readonly certificate?: CertificateItem | null;
  readonly children: readonly TreeNode[];
}

export interface TreeQuery {
  /** A host as in a request, or a pattern over declared hosts; null for all. */
  readonly host: string | null;
  /** An object, as `kind/name` or `name`; null for all. */
  readonly name: string | null;
  /** Only trees that an object of this namespace is part of. */
  readonly namespace: string | null;
  /** Adds the Secrets of hosts. */
  readonly certificates: boolean;
  /** Adds routes with their backends. */
  readonly services: boolean;
}
