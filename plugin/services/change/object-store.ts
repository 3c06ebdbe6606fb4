import type { JsonObject, PatchOperation } from '../../../files/edit/json-patch.ts';
import type { DryRun, Written } from './written.ts';

export type WritableKind = 'HTTPProxy' | 'TLSCertificateDelegation';

export interface ObjectName {
  readonly kind: WritableKind;
  readonly namespace: string;
  readonly name: string;
}

/** Where objects are kept: a cluster, or files. Rejects with CommandFailure where it cannot be asked. */
export interface ObjectStore {
  /** Null where there is none. */
  read(name: ObjectName): Promise<JsonObject | null>;
  /** Those of a namespace, or all where it is null. */
  list(kind: WritableKind, namespace: string | null): Promise<readonly JsonObject[]>;
  /** A conflict is one that is there already. */
  create(object: JsonObject, dryRun: DryRun): Promise<Written>;
  patch(object: JsonObject, operations: readonly PatchOperation[], dryRun: DryRun): Promise<Written>;
}
