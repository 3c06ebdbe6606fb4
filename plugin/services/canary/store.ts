import type { JsonObject, PatchOperation } from '../../../files/edit/json-patch.ts';
import type { DryRun, Written } from '../change/written.ts';

/** Where HTTPProxies are kept: a cluster, or files. Rejects with CommandFailure where it cannot be asked. */
export interface ProxyStore {
  /** Those of a namespace, or all where it is null. */
  list(namespace: string | null): Promise<readonly JsonObject[]>;
  /** The one of that name. Rejects with CommandFailure where there is none, or more than one. */
  read(name: string): Promise<JsonObject>;
  /** The same object, as it is by now. */
  again(proxy: JsonObject): Promise<JsonObject>;
  write(proxy: JsonObject, operations: readonly PatchOperation[], dryRun: DryRun): Promise<Written>;
}
