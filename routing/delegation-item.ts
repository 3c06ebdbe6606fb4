import type { ReasonItem, RouteItem, SourceItem } from './route-item.ts';

type Conditions = Pick<NonNullable<RouteItem['match']>, 'headers' | 'query'>;

/** How it stands with what was delegated. `verified` is false where not all that it would take to tell was read. */
interface Standing {
  readonly valid: boolean;
  readonly verified: boolean;
  readonly reasons: readonly ReasonItem[];
}

/** A path of a host that an HTTPProxy includes another for. */
export interface PathDelegation {
  readonly type: 'Path';
  readonly host: string;
  /** From the root on, all includes joined; `/` is the whole host. */
  readonly prefix: string;
  /** From the root on. */
  readonly conditions: Conditions;
  /** The include; null where it is written where we may not look. */
  readonly from: SourceItem | null;
  readonly to: { readonly namespace: string; readonly name: string };
  readonly status: Standing;
}

/** A Secret with a certificate that a namespace lends. */
export interface CertificateDelegation {
  readonly type: 'Certificate';
  readonly secret: { readonly namespace: string; readonly name: string };
  /** A namespace, or `*` for all. */
  readonly target: string;
  readonly from: SourceItem;
  /** Hosts that are served with it from there. */
  readonly usedBy: readonly string[];
  readonly status: Standing;
}

export type DelegationItem = PathDelegation | CertificateDelegation;

export interface DelegationQuery {
  /** Only those to this namespace. */
  readonly to: string | null;
  /** Only those that an object of this namespace wrote, or that are to it. */
  readonly namespace: string | null;
  /** Only those that do not work. */
  readonly broken: boolean;
}
