import type { RouteItem } from '../../../routing/route-item.ts';
import type { RouteTable } from '../../route-table.ts';
import { arrangedSheet, firstSheet, type Sheet, type SheetState, type SheetView, type View } from './sheet.ts';
import { type HostRow, hostRows, wantedItems } from './rows.ts';
import type { Page } from '../page.ts';

export type Focus = 'hosts' | 'routes' | 'object';

/** What stays the same while the screen is shown. */
export interface Setting {
  /** Context of the kubeconfig, or whatever else the routes are of. */
  readonly title: string;
  readonly ascii: boolean;
  /** Whether routes of all hosts stand in one list. */
  readonly flat: boolean;
  /** Why weights cannot be moved from here; null where they can. */
  readonly noCanary: string | null;
  /** Why a path cannot be given away from here; null where it can. */
  readonly noDelegation: string | null;
  /** Whether there are no keys that change anything. */
  readonly readOnly: boolean;
}

export interface BrowseState {
  readonly setting: Setting;
  readonly view: View;
  /** Those that were looked at. */
  readonly sheets: ReadonlyMap<SheetView, SheetState>;
  /** Null until somebody has answered. */
  readonly items: readonly RouteItem[] | null;
  /** What keeps the answer from being up to date. */
  readonly warning: string | null;
  readonly filter: string;
  /** Whether what is typed goes to the filter. */
  readonly filtering: boolean;
  readonly invalidOnly: boolean;
  readonly sort: 'name' | 'invalid';
  readonly focus: Focus;
  /** Those that the filter leaves. */
  readonly wanted: readonly RouteItem[];
  readonly hosts: readonly HostRow[];
  readonly hostAt: number;
  readonly routeAt: number;
  /** The request that is to be traced, while it is typed. */
  readonly request: string | null;
  readonly page: Page | null;
  readonly notice: string | null;
}

export type BrowseEvent =
  | { readonly type: 'table'; readonly table: RouteTable }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'sheet'; readonly view: SheetView; readonly sheet: Sheet }
  | { readonly type: 'sheet-warning'; readonly view: SheetView; readonly text: string }
  | { readonly type: 'page'; readonly page: Page }
  | { readonly type: 'notice'; readonly text: string };

export function firstBrowse(setting: Setting, filter: string): BrowseState {
  return {
    setting,
    view: 'routes',
    sheets: new Map(),
    items: null,
    warning: null,
    filter,
    filtering: false,
    invalidOnly: false,
    sort: 'name',
    focus: setting.flat ? 'routes' : 'hosts',
    wanted: [],
    hosts: [],
    hostAt: 0,
    routeAt: 0,
    request: null,
    page: null,
    notice: null,
  };
}

export function heard(state: BrowseState, event: BrowseEvent): BrowseState {
  switch (event.type) {
    case 'table':
      return arranged({ ...state, items: event.table.items, warning: null });
    case 'warning':
      return { ...state, warning: event.text };
    case 'sheet':
      return withSheet(
        state,
        event.view,
        arrangedSheet({ ...sheetOf(state, event.view), sheet: event.sheet, warning: null }, state),
      );
    case 'sheet-warning':
      return withSheet(state, event.view, { ...sheetOf(state, event.view), warning: event.text });
    case 'page':
      return { ...state, page: event.page, notice: null };
    case 'notice':
      return { ...state, notice: event.text };
  }
}

/** The lists after the table or the filter has changed; what was chosen stays chosen as long as it is there. */
export function arranged(state: BrowseState): BrowseState {
  const host = hostOf(state);
  const route = routeOf(state);
  const wanted = wantedItems(state.items ?? [], state.filter, state.invalidOnly);
  const hosts = hostRows(wanted, state.sort);
  const hostAt = placeOf(hosts, (row) => row.host === host, state.hostAt);
  const next = { ...state, wanted, hosts, hostAt };
  const same = route === null ? null : likeness(route);
  const routeAt = placeOf(routesOf(next), (item) => likeness(item) === same, state.routeAt);
  const sheets = new Map([...state.sheets].map(([view, sheet]) => [view, arrangedSheet(sheet, state)]));
  return { ...next, routeAt, sheets };
}

export function withSheet(state: BrowseState, view: SheetView, sheet: SheetState): BrowseState {
  return { ...state, sheets: new Map(state.sheets).set(view, sheet) };
}

export function sheetOf({ sheets }: BrowseState, view: SheetView): SheetState {
  return sheets.get(view) ?? firstSheet;
}

function placeOf<T>(list: readonly T[], isSame: (each: T) => boolean, before: number): number {
  const at = list.findIndex(isSame);
  return at < 0 ? Math.max(0, Math.min(before, list.length - 1)) : at;
}

function likeness({ host, listener, match, source }: RouteItem): string {
  return JSON.stringify([host, listener, match, source.kind, source.namespace, source.name, source.pointer]);
}

export function hostOf({ hosts, hostAt }: BrowseState): string | null {
  return hosts[hostAt]?.host ?? null;
}

/** Those of the chosen host, or all in one list. */
export function routesOf(state: BrowseState): readonly RouteItem[] {
  return state.setting.flat ? state.wanted : (state.hosts[state.hostAt]?.items ?? []);
}

export function routeOf(state: BrowseState): RouteItem | null {
  return routesOf(state)[state.routeAt] ?? null;
}
