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

/** As it is now. */
export interface KindState extends KindReport {
  /** Whether a first world could do without more of it than was read. */
  readonly settled: boolean;
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
  const settled = new Set<Watched<unknown>>();
  let essentialAt = Number.POSITIVE_INFINITY;
  const select = (kinds: readonly Resource[]) => [...rows].filter(([{ resource }]) => kinds.includes(resource));

  /**
   * An API server that has just started has not read its roles, and denies everything for a moment: a world without a
   * kind would be the emptier one that no Envoy is to see. It is believed when it says so once more, a while after what
   * nothing works without could be read.
   */
  const isDenialBelieved = (watched: Watched<unknown>): boolean =>
    (deniedAt.get(watched) ?? 0) >= essentialAt + timing.slowMs / 2;

  function isSettledBy(watched: Watched<unknown>, { synced, state }: Health): boolean {
    if (synced) return true;
    const isEssential = essentialKinds.includes(watched.resource);
    if (state === 'absent') return !isEssential;
    // One namespace of several may be gone, and the rights to it with it: that is no matter to the others.
    return state === 'denied' && isDenialBelieved(watched) && (!isEssential || watched.namespace !== null);
  }

  /** Once is for good: what fails later takes nothing away from what is served. */
  function settle(watched: Watched<unknown>): void {
    const row = rows.get(watched);
    if (row !== undefined && isSettledBy(watched, row.health)) settled.add(watched);
  }

  function isAnyPlaceRead(): boolean {
    const essential = select(essentialKinds);
    const unread = new Set(essential.filter(([, { health }]) => !health.synced).map(([{ namespace }]) => namespace));
    return essential.some(([{ namespace }]) => !unread.has(namespace));
  }

  return {
    states: (): readonly KindState[] => [...rows].map(([watched, row]) => ({ ...row, settled: settled.has(watched) })),
    put(watched: Watched<unknown>, health: Health): void {
      const { resource, namespace } = watched;
      const report = { name: namespace === null ? resource.kind : `${resource.kind} in ${namespace}`, health };
      rows.set(watched, report);
      if (isAnyPlaceRead()) essentialAt = Math.min(essentialAt, clock.now());
      settle(watched);
      onKind(report);
    },
    /** It was denied, as before or for the first time. */
    denied(watched: Watched<unknown>): void {
      deniedAt.set(watched, clock.now());
      settle(watched);
    },
    areSettled: (kinds: readonly Resource[]): boolean => select(kinds).every(([watched]) => settled.has(watched)),
    isAnySynced: (kinds: readonly Resource[]): boolean => select(kinds).some(([, { health }]) => health.synced),
  };
}
