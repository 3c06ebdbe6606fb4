import type { Moment } from './moment.ts';

/** How what is watched has ended. */
export type WatchEnd =
  { readonly type: 'promoted' } | { readonly type: 'aborted'; readonly percent: number } | { readonly type: 'deleted' };

/** Null as long as it goes on. */
export function endOf(before: Moment | null, now: Moment): WatchEnd | null {
  if (now.gone) return { type: 'deleted' };
  const percent = percentOf(now);
  if (percent === 100) return isBehind(now) ? null : { type: 'promoted' };
  const wasActive = before?.item.active ?? false;
  return wasActive && !now.item.active ? { type: 'aborted', percent: percent ?? 0 } : null;
}

export function percentOf({ subject }: Moment): number | null {
  return subject?.canary?.percent ?? null;
}

/** Whether there are Envoys that do not have it yet. Where nobody tells, nobody is waited for. */
function isBehind({ reached }: Moment): boolean {
  return reached.type === 'old' || (reached.type === 'served' && reached.envoys < reached.of);
}
