import type { Clock } from '../../kubernetes/clock.ts';
import type { Health } from '../../kubernetes/health.ts';
import type { Timing } from '../../kubernetes/list-watch.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import type { Watched } from '../../kubernetes/watched.ts';

/** How one kind is doing, in one namespace where they are watched one by one. */
export interface KindReport {
  /** `HTTPProxy`, `HTTPProxy in shop` */
  readonly name: string;
  readonly health: Health;
}

/** Kinds without which no route leads anywhere. The others may be denied, and the rest works. */
export const essentialKinds: readonly Resource[] = [resources.Service, resources.EndpointSlice];

export interface BoardOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly timing: Pick<Timing, 'slowMs'>;
  readonly onKind: (report: KindReport) => void;
}

/** The state of every list+watch, by what is watched. */
export function createBoard({ clock, timing, onKind }: BoardOptions) {
  const rows = new Map<Watched<unknown>, KindReport>();
  const deniedAt = new Map<Watched<unknown>, number>();
  let essentialAt = Number.POSITIVE_INFINITY;
  const select = (kinds: readonly Resource[]) => [...rows].filter(([{ resource }]) => kinds.includes(resource));

  /**
   * An API server that has just started has not read its roles, and denies everything for a moment: a world without a
   * kind would be the emptier one that no Envoy is to see. It is believed when it says so once more, a while after what
   * nothing works without could be read.
   */
  const isDenialBelieved = (watched: Watched<unknown>): boolean =>
    (deniedAt.get(watched) ?? 0) >= essentialAt + timing.slowMs / 2;

  /** Whether a first world can do without more of a kind than this. */
  function isSettled(watched: Watched<unknown>, { synced, state }: Health): boolean {
    if (synced || essentialKinds.includes(watched.resource)) return synced;
    return state === 'absent' || (state === 'denied' && isDenialBelieved(watched));
  }

  return {
    reports: (): readonly KindReport[] => [...rows.values()],
    put(watched: Watched<unknown>, health: Health): void {
      const { resource, namespace } = watched;
      const report = { name: namespace === null ? resource.kind : `${resource.kind} in ${namespace}`, health };
      rows.set(watched, report);
      if (select(essentialKinds).every(([, row]) => row.health.synced))
        essentialAt = Math.min(essentialAt, clock.now());
      onKind(report);
    },
    /** It was denied, as before or for the first time. */
    denied: (watched: Watched<unknown>): void => void deniedAt.set(watched, clock.now()),
    areSettled: (kinds: readonly Resource[]): boolean =>
      select(kinds).every(([watched, { health }]) => isSettled(watched, health)),
    isAnySynced: (kinds: readonly Resource[]): boolean => select(kinds).some(([, { health }]) => health.synced),
  };
}
