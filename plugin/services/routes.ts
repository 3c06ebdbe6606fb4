import type { FileFault } from '../../files/manifests.ts';
import { fitsGlob } from '../../routing/match/glob.ts';
import { chooseHost } from '../../routing/match/host.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import type { RouteItem, RouteQuery } from '../../routing/route-item.ts';
import { CommandFailure } from '../failure.ts';
import type { RouteEvent, RouteTable } from '../route-table.ts';
import { diffItems } from './diff-items.ts';
import { routesQuestion } from './routes-question.ts';
import { type RouteSelection, selectionWords, selectRoutes } from './select-routes.ts';
import type { Asker } from './select-items.ts';

const SUGGESTIONS = 5;

/** A table, and, where it is empty, a sentence that says why. */
export interface RoutesAnswer {
  readonly table: RouteTable;
  readonly nothing: string | null;
}

export async function readRoutes(
  source: Asker<RouteTable>,
  query: RouteQuery,
  selection: RouteSelection,
): Promise<RoutesAnswer> {
  const whole = await source.ask(routesQuestion(query));
  const table = { ...whole, items: selectRoutes(whole.items, selection) };
  if (table.items.length > 0) return { table, nothing: null };
  return { table, nothing: explainNothing(query, selection, await servedHosts(source)) };
}

/** Every declared host that serves anything; none where nobody can tell, since they are for suggestions alone. */
async function servedHosts(source: Asker<RouteTable>): Promise<ReadonlySet<string>> {
  try {
    const { items } = await source.ask(routesQuestion({ host: null, path: null, namespace: null, invalid: false }));
    return new Set(items.map(({ host }) => host));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return new Set();
  }
}

/** @param hosts every declared host that serves anything */
function explainNothing(query: RouteQuery, selection: RouteSelection, hosts: ReadonlySet<string>): string {
  const nothing = `No routes found${wanted(query, selection)}.`;
  if (query.host === null || isDeclared(query.host, hosts)) return nothing;
  const similar = similarHosts(query.host.toLowerCase(), hosts);
  const hint = similar.length === 0 ? '' : ` Closest hosts: ${similar.join(', ')}.`;
  return nothing + hint;
}

function wanted({ host, path, namespace }: RouteQuery, selection: RouteSelection): string {
  const parts = [
    ...(host === null ? [] : [`for host "${host}"`]),
    ...(path === null ? [] : [`that answer path "${path}"`]),
    ...selectionWords(selection),
    ...(namespace === null ? [] : [`in namespace "${namespace}"`]),
  ];
  return parts.map((part) => ` ${part}`).join('');
}

function isDeclared(host: string, hosts: ReadonlySet<string>): boolean {
  if (!host.includes('*')) return chooseHost(hosts, host) !== null;
  return [...hosts].some((name) => fitsGlob(host.toLowerCase(), name));
}

/**
 * Wildcards that only look as if they covered the name, then what may be a misspelling of it, then the hosts that have
 * most labels in common with it.
 */
function similarHosts(name: string, hosts: ReadonlySet<string>): readonly string[] {
  const wildcards = [...hosts]
    .filter((host) => host.startsWith('*.') && name.endsWith(host.slice(1)))
    .map((host) => `${host} (not a match: a wildcard stands for one label)`);
  const misspelt = closest(name, hosts);
  const others = related(name, hosts).filter((host) => host !== misspelt);
  return [...wildcards, ...(misspelt === null ? [] : [misspelt]), ...others].slice(0, SUGGESTIONS);
}

function related(name: string, hosts: ReadonlySet<string>): readonly string[] {
  const labels = name.split('.');
  return [...hosts]
    .filter((host) => !host.includes('*'))
    .map((host) => ({ host, shared: host.split('.').filter((label) => labels.includes(label)).length }))
    .filter(({ shared }) => shared * 2 > labels.length)
    .sort((left, right) => right.shared - left.shared || (left.host < right.host ? -1 : 1))
    .map(({ host }) => host);
}

export interface RoutesWatcher {
  /** What of a row is looked at: where it stays the same, the row has not moved. */
  likeness(item: RouteItem): string;
  /** In which order rows are told. */
  order(items: readonly RouteItem[]): readonly RouteItem[];
  /** Whether the rows of the first table are events. */
  readonly tellsFirst: boolean;
  /** Called first with every row as added, where that is told, later only where something moved. */
  events(events: readonly RouteEvent[]): void;
  /** Called when they changed. */
  faults(faults: readonly FileFault[]): void;
  warn(message: string): void;
}

/** Follows a table until `signal` is aborted. */
export async function watchRoutes(
  source: Asker<RouteTable>,
  query: RouteQuery,
  selection: RouteSelection,
  watcher: RoutesWatcher,
  signal: AbortSignal,
): Promise<void> {
  let shown: RouteTable | null = null;
  const sink = (whole: RouteTable): void => {
    const before = shown;
    const table = { ...whole, items: selectRoutes(whole.items, selection) };
    shown = table;
    if (JSON.stringify(table.faults) !== JSON.stringify(before?.faults ?? [])) watcher.faults(table.faults);
    const events = diffItems(before?.items ?? [], watcher.order(table.items), identityOf, watcher.likeness);
    if (before === null ? watcher.tellsFirst : events.length > 0) watcher.events(events);
  };
  await source.follow(routesQuestion(query), sink, watcher.warn, signal);
}

/** A row is the same row as long as host, listener, match and object are: its position and what it does may change. */
function identityOf({ host, listener, match, order, source: { kind, namespace, name } }: RouteItem): string {
  return JSON.stringify([host, listener, match, order === null, kind, namespace, name]);
}
