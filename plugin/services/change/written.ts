import type { JsonObject } from '../../../files/edit/json-patch.ts';

export type DryRun = 'none' | 'client' | 'server';

/** What became of a write. */
export type Written =
  | { readonly type: 'written'; readonly object: JsonObject }
  /** Somebody else was faster: nothing was changed. `message` is the API server's. */
  | { readonly type: 'conflict'; readonly message: string };
