import type { JsonObject, PatchOperation } from '../../../files/edit/json-patch.ts';

/** One write. They are made in order, and each leaves a world that serves. */
export type Step =
  | { readonly type: 'create'; readonly object: JsonObject }
  | { readonly type: 'patch'; readonly object: JsonObject; readonly operations: readonly PatchOperation[] };

/** Something that was looked at before anything is written. */
export interface Check {
  readonly id: string;
  readonly result: 'ok' | 'warn' | 'fail';
  /** A plain sentence without a period. */
  readonly message: string;
}
