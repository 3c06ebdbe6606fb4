import type { RouteItem } from '../../../routing/route-item.ts';
import { isNamed, isText, type Key } from '../key.ts';
import { moved } from '../list.ts';
import { pageOf, turned } from '../page.ts';
import { type KeyEvent, stay } from '../screen.ts';
import { typed } from '../text-field.ts';
import { helpLines } from './help.ts';
import { firstSheet, type View, views } from './sheet.ts';
import { onSheetKey } from './sheet-keys.ts';
import {
  arranged,
  type BrowseEvent,
  type BrowseState,
  type Focus,
  heard,
  hostOf,
  routeOf,
  routesOf,
  withSheet,
} from './state.ts';
import { type BrowseStep, edited, whyNotChange } from './step.ts';
import { treeLines } from './tree.ts';

export function update(state: BrowseState, event: BrowseEvent | KeyEvent): BrowseStep {
  return event.type === 'key' ? onKey(state, event.key) : stay(heard(state, event));
}

function onKey(state: BrowseState, key: Key): BrowseStep {
  if (isNamed(key, 'interrupt')) return { state, effects: [], end: { type: 'interrupted' } };
  if (state.page !== null) return stay({ ...state, page: turned(state.page, key) });
  if (state.request !== null) return onRequest(state, state.request, key);
  if (state.filtering) return stay(onFilter(state, key));
  const quiet = { ...state, notice: null };
  const { view } = state;
  const own = view === 'routes' ? onMove(quiet, key) : onSheetKey(quiet, view, key);
  return own ?? onCommand(quiet, key);
}

function onRequest(state: BrowseState, request: string, key: Key): BrowseStep {
  if (isNamed(key, 'escape')) return stay({ ...state, request: null });
  if (!isNamed(key, 'enter')) return stay({ ...state, request: typed(request, key) });
  return stay({ ...state, request: null, notice: `tracing ${request}` }, { type: 'trace', request });
}

function onFilter(state: BrowseState, key: Key): BrowseState {
  if (isNamed(key, 'escape')) return arranged({ ...state, filter: '', filtering: false });
  if (isNamed(key, 'enter')) return { ...state, filtering: false };
  const { view } = state;
  const move = key.type === 'text' ? null : view === 'routes' ? onMove(state, key) : onSheetKey(state, view, key);
  return move === null ? arranged({ ...state, filter: typed(state.filter, key) }) : move.state;
}

/** Null where the key moves nothing. */
function onMove(state: BrowseState, key: Key): BrowseStep | null {
  if (isNamed(key, 'right') || isNamed(key, 'tab')) return stay({ ...state, focus: neighbour(state, 1) });
  if (isNamed(key, 'left')) return stay({ ...state, focus: neighbour(state, -1) });
  if (state.focus === 'hosts') {
    const hostAt = moved(state.hostAt, state.hosts.length, key);
    return hostAt === null ? null : stay({ ...state, hostAt, routeAt: 0 });
  }
  const routeAt = moved(state.routeAt, routesOf(state).length, key);
  return routeAt === null ? null : stay({ ...state, routeAt });
}

function neighbour({ focus, setting }: BrowseState, by: number): Focus {
  const all: readonly Focus[] = setting.flat ? ['routes', 'object'] : ['hosts', 'routes', 'object'];
  return all[Math.max(0, Math.min(all.indexOf(focus) + by, all.length - 1))] ?? focus;
}

function onCommand(state: BrowseState, key: Key): BrowseStep {
  if (isText(key, 'q')) return { state, effects: [], end: { type: 'left' } };
  if (isText(key, '/')) return stay({ ...state, filtering: true });
  if (isText(key, '?')) return stay({ ...state, page: pageOf('keys', helpLines) });
  if (isText(key, 'i')) return stay(arranged({ ...state, invalidOnly: !state.invalidOnly }));
  if (isText(key, 'o')) return stay(arranged({ ...state, sort: state.sort === 'name' ? 'invalid' : 'name' }));
  const view = views.find((_, place) => isText(key, String(place + 1)));
  if (view !== undefined) return onView(state, view);
  if (isNamed(key, 'escape')) return stay(back(state));
  if (state.view !== 'routes') return stay(state);
  const item = routeOf(state);
  return item === null ? stay(state) : onItem(state, item, key);
}

function onView(state: BrowseState, view: View): BrowseStep {
  const next = { ...state, view };
  return view === 'routes' || state.sheets.has(view)
    ? stay(next)
    : stay(withSheet(next, view, firstSheet), { type: 'look', view });
}

function back(state: BrowseState): BrowseState {
  if (state.filter !== '' || state.invalidOnly) return arranged({ ...state, filter: '', invalidOnly: false });
  return state.view === 'routes' ? { ...state, focus: neighbour(state, -1) } : { ...state, view: 'routes' };
}

function onItem(state: BrowseState, item: RouteItem, key: Key): BrowseStep {
  if (isNamed(key, 'enter') && state.focus !== 'object') return stay({ ...state, focus: neighbour(state, 1) });
  if (isNamed(key, 'enter') || isText(key, 'y')) return stay(state, { type: 'yaml', source: item.source });
  if (isText(key, 'e')) return edited(state, item.source);
  if (isText(key, 'D')) return delegated(state, item);
  if (isText(key, 't')) return stay({ ...state, request: requestOf(item) });
  if (isText(key, 'T')) return stay(tree(state, item));
  if (isText(key, 'c')) return copy(state, item);
  return isText(key, 'w') ? canary(state, item) : stay(state);
}

/** The path of the route, as far as it is one that can be given away. */
function delegated(state: BrowseState, { host, match, via, source }: RouteItem): BrowseStep {
  const { setting } = state;
  const why = whyNotChange(state) ?? setting.noDelegation;
  if (why !== null) return stay({ ...state, notice: why });
  const isPrefix = match !== null && match.path.type === 'Prefix';
  const prefix = isPrefix ? match.path.value : '/';
  const { namespace } = via[0] ?? source;
  return { state, effects: [], end: { type: 'delegate', host, prefix, namespace, state } };
}

/** A request that the route would answer, or close to it. */
function requestOf({ host, listener, match }: RouteItem): string {
  const path = match === null || match.path.type === 'Regex' ? '/' : match.path.value;
  return `${listener}://${host.replace(/^\*/, 'any')}${path}`;
}

function tree(state: BrowseState, { host }: RouteItem): BrowseState {
  const own = (state.items ?? []).filter((item) => item.host === host);
  return { ...state, page: pageOf(`tree of ${host}`, treeLines(own)) };
}

function copy(state: BrowseState, { source }: RouteItem): BrowseStep {
  const text = state.focus === 'hosts' ? (hostOf(state) ?? '') : `${source.namespace}/${source.name}`;
  return stay({ ...state, notice: `copied ${text}` }, { type: 'copy', text });
}

function canary(state: BrowseState, { source, action }: RouteItem): BrowseStep {
  const isShared = action?.type === 'Forward' && action.backends.length > 1;
  const why =
    state.setting.noCanary ??
    (source.kind !== 'HTTPProxy' ? 'only an HTTPProxy has a canary' : isShared ? null : 'this route has one service');
  if (why !== null) return stay({ ...state, notice: why });
  const { namespace, name } = source;
  return { state, effects: [], end: { type: 'canary', namespace, name, state } };
}
