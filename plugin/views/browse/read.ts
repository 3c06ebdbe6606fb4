import { objectSentences } from './object-pane.ts';
import { type BrowseState, hostOf, routeOf, routesOf } from './state.ts';

/** The screen in sentences. */
export function read(state: BrowseState): readonly string[] {
  const { page, items, hosts, focus, filter, request, notice, warning, setting } = state;
  if (page !== null) return [`${page.title}.`, ...page.lines];
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
