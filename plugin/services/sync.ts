import { CommandFailure } from '../failure.ts';
import type { Question } from '../source.ts';
import type { StreamItem, StreamList, StreamType, SyncItem, SyncKey, SyncReport, SyncState } from '../sync-report.ts';

export const streamsQuestion: Question<StreamList> = {
  page: 'debug/streams',
  parameters: new URLSearchParams(),
  kind: 'StreamList',
  noun: 'list of Envoys',
  answer() {
    throw new CommandFailure('only a running controller of this project knows its Envoys, and none was asked', [
      'Ask one with --debug-url URL, or that of a cluster with --from controller.',
    ]);
  },
  isBody: ({ items }) => Array.isArray(items),
  merge: ([first, ...others]) => ({ ...first, items: [...first.items, ...others.flatMap(({ items }) => items)] }),
};

export function syncReport({ apiVersion, source, items, faults }: StreamList): SyncReport {
  const sorted = items.map(syncItem).toSorted((left, right) => (left.envoy < right.envoy ? -1 : 1));
  return { apiVersion, kind: 'SyncReport', source, items: sorted, faults };
}

/** The types that a column adds up: routes of plain HTTP are scopes. */
const typesOf: Readonly<Record<SyncKey, readonly string[]>> = {
  lds: ['Listener'],
  rds: ['RouteConfiguration', 'ScopedRouteConfiguration'],
  cds: ['Cluster'],
  eds: ['ClusterLoadAssignment'],
  sds: ['Secret'],
};

function syncItem({ node, envoyVersion, complete, types }: StreamItem): SyncItem {
  const state = (key: SyncKey): SyncState =>
    stateOf(types.filter(({ type }) => typesOf[key].some((name) => type.endsWith(`.${name}`))));
  const states = { lds: state('lds'), rds: state('rds'), cds: state('cds'), eds: state('eds'), sds: state('sds') };
  return { envoy: node, version: envoyVersion, complete, types: states };
}

function stateOf(types: readonly StreamType[]): SyncState {
  const sum = (of: 'sent' | 'accepted' | 'pending'): number => types.reduce((total, type) => total + type[of], 0);
  const errors = types.flatMap(({ nacks }) => nacks);
  const behind = sum('pending');
  const state = errors.length > 0 ? 'nack' : behind > 0 ? 'behind' : 'ok';
  const ackedAt = latest(types.map((type) => type.ackedAt ?? null));
  return { state, sent: sum('sent'), accepted: sum('accepted'), behind, errors, ackedAt };
}

/** The latest of some times; null where there is none. */
export function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Has each Envoy accepted all it was sent? A refused resource is never accepted. */
export function isInSync({ items }: SyncReport): boolean {
  return items.every(({ complete, types }) => complete && Object.values(types).every(({ state }) => state === 'ok'));
}

export function hasRefusals({ items }: SyncReport): boolean {
  return items.some(({ types }) => Object.values(types).some(({ state }) => state === 'nack'));
}
