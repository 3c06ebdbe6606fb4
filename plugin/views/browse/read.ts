import { objectSentences } from './object-pane.ts';
import type { SheetView } from './sheet.ts';
import { type BrowseState, hostOf, routeOf, routesOf, sheetOf } from './state.ts';

/** The screen in sentences. */
export function read(state: BrowseState): readonly string[] {
  const { page, items, hosts, focus, filter, request, notice, warning, setting } = state;
  if (page !== null) return [`${page.title}.`, ...page.lines];
  if (state.view !== 'routes') return readSheet(state, state.view);
  const item = routeOf(state);
  const host = hostOf(state);
  return [
    `Routes of ${setting.title}: ${items === null ? 'not known yet' : items.length}.`,
    ...(warning === null ? [] : [`Stale: ${warning}.`]),
    ...(filter === '' ? [] : [`Filter: ${filter}.`]),
    ...(setting.flat || host === null ? [] : [`Host ${state.hostAt + 1} of ${hosts.length}: ${host}.`]),
    ...(item === null
      ? ['No route fits.']
      : [`Route ${state.routeAt + 1} of ${routesOf(state).length}.`, ...objectSentences(item).map(({ text }) => text)]),
    ...(request === null ? [] : [`Trace which request: ${request}`]),
    ...(notice === null ? [] : [notice]),
    `Keys move in ${focus}. Question mark lists them.`,
  ].filter((sentence) => sentence !== '');
}

function readSheet(state: BrowseState, view: SheetView): readonly string[] {
  const { sheet, warning, wanted, at } = sheetOf(state, view);
  const { filter, notice } = state;
  const row = wanted[at];
  return [
    `${view}: ${sheet === null ? 'not known yet' : sheet.rows.length}.`,
    ...(warning === null ? [] : [`Stale: ${warning}.`]),
    ...(filter === '' ? [] : [`Filter: ${filter}.`]),
    ...(row === undefined ? [] : [`Line ${at + 1} of ${wanted.length}.`, ...row.details.map(({ text }) => text)]),
    ...(notice === null ? [] : [notice]),
    'Keys 1 to 4 choose another view. Question mark lists all keys.',
  ];
}
