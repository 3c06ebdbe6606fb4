import type { CanaryItem } from '../canary/overview.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { Moment } from './moment.ts';

/** One canary as `canary watch -o json` prints it; its schema is docs/schemas/canary-watch-event.schema.json. */
export interface CanaryWatchItem extends CanaryItem {
  /** Null where nobody says which Envoys have the weights. */
  readonly programmed: { readonly envoys: number; readonly of: number } | null;
  readonly traffic: Traffic;
}

export interface CanaryWatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: CanaryWatchItem;
}

export function watchItem({ item, reached, traffic, subject }: Moment): CanaryWatchItem {
  const canary = subject?.canary ?? null;
  return {
    ...item,
    canary: item.canary ?? canary?.name ?? null,
    percent: item.percent ?? canary?.percent ?? null,
    programmed: reached.type === 'served' ? { envoys: reached.envoys, of: reached.of } : null,
    traffic,
  };
}
