import type { RouteItem } from '../../../routing/route-item.ts';
import { isNamed, isText, type Key } from '../key.ts';
import { moved } from '../list.ts';
import { pageOf, turned } from '../page.ts';
import { type KeyEvent, stay, type Step } from '../screen.ts';
import { typed } from '../text-field.ts';
import { helpLines } from './help.ts';
import { arranged, type BrowseEvent, type BrowseState, type Focus, heard, hostOf, routeOf, routesOf } from './state.ts';
import { treeLines } from './tree.ts';

/** What the screen wants from the world. */
export type Effect =
  | { readonly type: 'yaml' | 'edit'; readonly item: RouteItem }
  | { readonly type: 'trace'; readonly request: string }
  | { readonly type: 'copy'; readonly text: string };

export type BrowseEnd =
  | { readonly type: 'left' }
  | { readonly type: 'interrupted' }
  /** On to the canary of this object, and back afterwards. */
  | { readonly type: 'canary'; readonly namespace: string; readonly name: string; readonly state: BrowseState };

type BrowseStep = Step<BrowseState, Effect, BrowseEnd>;

export function update(state: BrowseState, event: BrowseEvent | KeyEvent): BrowseStep {
  return event.type === 'key' ? onKey(state, event.key) : stay(heard(state, event));
}

function onKey(state: BrowseState, key: Key): BrowseStep {
  if (isNamed(key, 'interrupt')) return { state, effects: [], end: { type: 'interrupted' } };
  if (state.page !== null) return stay({ ...state, page: turned(state.page, key) });
  if (state.request !== null) return onRequest(state, state.request, key);
  if (state.filtering) return stay(onFilter(state, key));
  const quiet = { ...state, notice: null };
  return onMove(quiet, key) ?? onCommand(quiet, key);
}

function onRequest(state: BrowseState, request: string, key: Key): BrowseStep {
  if (isNamed(key, 'escape')) return stay({ ...state, request: null });
  if (!isNamed(key, 'enter')) return stay({ ...state, request: typed(request, key) });
  return stay({ ...state, request: null, notice: `tracing ${request}` }, { type: 'trace', request });
}

function onFilter(state: BrowseState, key: Key): BrowseState {
  if (isNamed(key, 'escape')) return arranged({ ...state, filter: '', filtering: false });
  if (isNamed(key, 'enter')) return { ...state, filtering: false };
  const move = onMove(state, key);
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
  if (isNamed(key, 'escape')) return stay(back(state));
  const item = routeOf(state);
  return item === null ? stay(state) : onItem(state, item, key);
}

function back(state: BrowseState): BrowseState {
  if (state.filter !== '' || state.invalidOnly) return arranged({ ...state, filter: '', invalidOnly: false });
  return { ...state, focus: neighbour(state, -1) };
}

function onItem(state: BrowseState, item: RouteItem, key: Key): BrowseStep {
  if (isNamed(key, 'enter') && state.focus !== 'object') return stay({ ...state, focus: neighbour(state, 1) });
  if (isNamed(key, 'enter') || isText(key, 'y')) return stay(state, { type: 'yaml', item });
  if (isText(key, 'e')) return stay(state, { type: 'edit', item });
  if (isText(key, 't')) return stay({ ...state, request: requestOf(item) });
  if (isText(key, 'T')) return stay(tree(state, item));
  if (isText(key, 'c')) return copy(state, item);
  return isText(key, 'w') ? canary(state, item) : stay(state);
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
