import type { Change } from '../../../routing/objects/kubernetes-object.ts';
import type { LocalWorld } from '../../source.ts';

/** A world that is compiled here, in which changes are tried before they are made. */
export interface TrialWorld {
  /** Always as the last `apply` left it. */
  readonly local: LocalWorld;
  /** Namespaces in which a root may live; empty is all. */
  readonly rootNamespaces: readonly string[];
  /** Those whose objects the controller looks at; empty is all, null where none was found that could be asked. */
  readonly watchNamespaces: readonly string[] | null;
  /** What may not be read, and so is not known here. */
  readonly unread: readonly string[];
  /** What to ask an administrator for, so that every HTTPProxy is known; empty where they are. */
  readonly missing: readonly string[];
  /** What of files cannot be read, and so is not known here; a line each. */
  readonly faults: readonly string[];
  apply(changes: readonly Change[]): Promise<void>;
}
