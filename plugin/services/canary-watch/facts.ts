import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { RouteTable } from '../../route-table.ts';
import type { Right } from '../rights.ts';
import type { Traffic } from '../traffic/traffic.ts';

/** What is known of an HTTPProxy whose canary is watched. */
export interface Facts {
  /** As it was seen last. */
  readonly proxy: JsonObject;
  /** Whether it was deleted since. */
  readonly gone: boolean;
  /** Null while what is known is true. `missing` is the right for want of which it is not. */
  readonly stale: { readonly reason: string; readonly since: number; readonly missing: Right | null } | null;
  readonly routes: { readonly table: RouteTable } | { readonly table: null; readonly reason: string };
  readonly traffic: Traffic;
}

export type FactEvent =
  | { readonly type: 'object'; readonly proxy: JsonObject }
  | { readonly type: 'gone' }
  /** The object is not followed any more; `at` in ms. `missing` where it is for want of a right. */
  | { readonly type: 'lost'; readonly reason: string; readonly at: number; readonly missing?: Right }
  | { readonly type: 'found' }
  | { readonly type: 'routes'; readonly table: RouteTable }
  | { readonly type: 'routes-lost'; readonly reason: string }
  | { readonly type: 'traffic'; readonly traffic: Traffic };

export function firstFacts(proxy: JsonObject): Facts {
  return {
    proxy,
    gone: false,
    stale: null,
    routes: { table: null, reason: 'nobody has answered yet' },
    traffic: { type: 'unavailable', reason: 'nothing was counted yet' },
  };
}

export function learn(facts: Facts, event: FactEvent): Facts {
  switch (event.type) {
    case 'object':
      return { ...facts, proxy: event.proxy, gone: false };
    case 'gone':
      return { ...facts, gone: true };
    case 'lost':
      // Since when counts from the first that was heard of it.
      return {
        ...facts,
        stale: { reason: event.reason, since: facts.stale?.since ?? event.at, missing: event.missing ?? null },
      };
    case 'found':
      return { ...facts, stale: null };
    case 'routes':
      return { ...facts, routes: { table: event.table } };
    case 'routes-lost':
      return { ...facts, routes: { table: null, reason: event.reason } };
    case 'traffic':
      return { ...facts, traffic: event.traffic };
  }
}
