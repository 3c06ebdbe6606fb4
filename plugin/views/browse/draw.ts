import type { RouteItem } from '../../../routing/route-item.ts';
import { routeLines } from '../../output/route-cells.ts';
import { type Glyphs, glyphsOf } from '../glyphs.ts';
import { beside, ends, fit, type Line, line, type Look, type Pane, span } from '../line.ts';
import { windowOf } from '../list.ts';
import { drawPage } from '../page.ts';
import type { Size } from '../screen.ts';
import { drawObject } from './object-pane.ts';
import { drawSheet } from './draw-sheet.ts';
import { views } from './sheet.ts';
import { type BrowseState, type Focus, routeOf, routesOf, sheetOf } from './state.ts';

export function draw(state: BrowseState, size: Size): readonly Line[] {
  const { columns, rows } = size;
  const glyphs = glyphsOf(state.setting.ascii);
  if (state.page !== null) return drawPage(state.page, size, glyphs);
  const rule = line(span(glyphs.rule.repeat(columns), 'dim'));
  const foot = [rule, ...drawFoot(state, columns, glyphs)];
  const head = [drawHead(state, columns, glyphs), ...drawWarning(state), rule];
  const height = Math.max(1, rows - head.length - foot.length);
  const body =
    state.view === 'routes'
      ? drawPanes(state, { columns, rows: height }, glyphs)
      : drawSheet(sheetOf(state, state.view), { columns, rows: height }, glyphs);
  return [...head, ...body, ...foot].slice(0, rows);
}

function drawPanes(state: BrowseState, { columns, rows }: Size, glyphs: Glyphs): readonly Line[] {
  const panes = panesFor(state, columns).map(({ focus, width }): Pane => ({
    width,
    lines: drawPane(state, focus, { columns: width, rows }, glyphs),
  }));
  return beside(panes, rows, glyphs.divider, glyphs.more);
}

function drawHead(state: BrowseState, columns: number, { cursor }: Glyphs): Line {
  const { setting, items, filter, filtering, invalidOnly } = state;
  const invalid = (items ?? []).filter(({ status }) => !status.valid).length;
  const counts = items === null ? 'asking' : `${items.length} routes  ${invalid} invalid${envoysText(items)}`;
  const typedText = filter === '' && !filtering ? '' : `/${filter}${filtering ? cursor : ''}`;
  const asked = [invalidOnly ? 'invalid only' : '', typedText].filter((part) => part !== '').join('   ');
  const left = line(span(` ${setting.title}`, 'bold'), `  ${counts}`);
  const right = asked === '' ? [] : line(span(`${asked} `, 'accent'));
  const all = ends(left, [...right, ...drawViews(state)], columns);
  // What is asked for stays longest.
  if (all !== left) return all;
  return asked === '' ? left : ends(columns < 60 ? [] : left, right, columns);
}

/** `1 routes  2 objects  3 certs  4 sync` */
function drawViews({ view }: BrowseState): Line {
  return views.map((each, place) => span(`  ${place + 1} ${each}`, each === view ? 'bold' : 'dim'));
}

/** The least of what is known of any host. */
function envoysText(items: readonly RouteItem[]): string {
  const known = items.flatMap(({ programmed }) => (programmed === null ? [] : [programmed]));
  const [first] = known;
  if (first === undefined) return '';
  const least = known.reduce((low, each) => (each.envoys < low.envoys ? each : low), first);
  return `  envoys ${least.envoys}/${least.of}`;
}

function drawWarning(state: BrowseState): readonly Line[] {
  const { warning } = state.view === 'routes' ? state : sheetOf(state, state.view);
  // What was never there is not stale.
  const isOld = state.view === 'routes' || sheetOf(state, state.view).sheet !== null;
  return warning === null ? [] : [line(span(` ${isOld ? 'stale: ' : ''}${warning}`, 'bad'))];
}

/** Three side by side, two, or one: whatever is chosen is among them. */
function panesFor(
  { focus, setting }: BrowseState,
  columns: number,
): readonly { readonly focus: Focus; readonly width: number }[] {
  if (columns < 60) return [{ focus, width: columns }];
  const hosts = Math.min(32, Math.floor(columns / 4));
  const object = Math.min(50, Math.floor(columns / 3));
  const both = (left: Focus, width: number, right: Focus) => [
    { focus: left, width },
    { focus: right, width: columns - width - 1 },
  ];
  if (setting.flat) return columns < 100 ? [{ focus, width: columns }] : both('routes', columns - object - 1, 'object');
  if (columns < 100 && focus === 'hosts') return both('hosts', hosts, 'routes');
  if (columns < 100) return both('routes', columns - object - 1, 'object');
  return [
    { focus: 'hosts', width: hosts },
    { focus: 'routes', width: columns - hosts - object - 2 },
    { focus: 'object', width: object },
  ];
}

function drawPane(state: BrowseState, pane: Focus, size: Size, glyphs: Glyphs): readonly Line[] {
  switch (pane) {
    case 'hosts':
      return drawHosts(state, size, glyphs);
    case 'routes':
      return drawRoutes(state, size, glyphs);
    case 'object':
      return drawObject(routeOf(state), size);
  }
}

function drawHosts(state: BrowseState, { columns, rows }: Size, glyphs: Glyphs): readonly Line[] {
  const { hosts, hostAt, focus } = state;
  const { from, to } = windowOf(hostAt, hosts.length, rows - 1);
  return [
    ends(line(span(' HOST', 'dim')), line(span('! ', 'dim')), columns),
    ...hosts.slice(from, to).map(({ host, invalid }, place) => {
      const isChosen = from + place === hostAt;
      const look = lookOf(isChosen, focus === 'hosts');
      const count = line(span(invalid === 0 ? '  ' : `${invalid} `, invalid === 0 ? look : 'bad'));
      const name = line(span(` ${isChosen ? glyphs.pointer : ' '} ${host}`, look));
      return [...fit(name, Math.max(1, columns - 3), glyphs.more), ...count];
    }),
    ...(hosts.length === 0 ? [line(span('   none', 'dim'))] : []),
  ];
}

function lookOf(isChosen: boolean, isFocused: boolean): Look {
  return isChosen ? (isFocused ? 'selected' : 'bold') : 'plain';
}

function drawRoutes(state: BrowseState, { columns, rows }: Size, glyphs: Glyphs): readonly Line[] {
  const { routeAt, focus, setting } = state;
  const routes = routesOf(state);
  const { from, to } = windowOf(routeAt, routes.length, rows - 1);
  const hostWidth = setting.flat ? Math.min(30, Math.floor(columns / 3)) : 0;
  const matchWidth = Math.max(8, Math.min(44, Math.floor((columns - hostWidth) / 2)));
  const cell = (text: string, width: number, look: Look): Line => fit(line(span(text, look)), width, glyphs.more);
  const row = (cells: readonly [string, string, string, string], look: Look): Line => [
    ...cell(cells[0], 5, look),
    ...(setting.flat ? [...cell(cells[1], hostWidth, look), span(' ', look)] : []),
    ...cell(cells[2], matchWidth, look),
    ...line(span(` ${cells[3]}`, look)),
  ];
  return [
    row([' #', 'HOST', 'MATCH', 'BACKEND'], 'dim'),
    ...routes.slice(from, to).map((item, place) => {
      const isChosen = from + place === routeAt;
      const mark = isChosen ? glyphs.pointer : item.status.valid ? ' ' : '!';
      const look = isChosen ? lookOf(true, focus !== 'hosts') : item.status.valid ? 'plain' : 'bad';
      const lines = routeLines(item);
      return row([` ${mark}${item.order ?? '-'}`, item.host, matchText(lines[0]?.match), backendText(item)], look);
    }),
    ...(routes.length === 0 ? [line(span('   none', 'dim'))] : []),
  ];
}

function matchText(match: string | undefined): string {
  return (match ?? '').replace(/ {2,}/g, ' ');
}

/** `cart-v1 90%  cart-v2 10%` */
function backendText(item: RouteItem): string {
  const { action } = item;
  if (action?.type !== 'Forward') return routeLines(item)[0]?.backend ?? '';
  return action.backends.map(({ name, percent }) => `${name} ${percent}%`).join('  ');
}

function drawFoot(state: BrowseState, columns: number, glyphs: Glyphs): readonly Line[] {
  const { request, notice, filtering } = state;
  if (request !== null)
    return [line(span(` trace: ${request}`, 'warning'), span(glyphs.cursor), '   [enter] trace  [esc] not')];
  const keys = filtering ? ' type to filter  enter keep  esc clear' : keysOf(state, columns);
  return [...(notice === null ? [] : [line(span(` ${notice}`, 'accent'))]), line(span(keys, 'dim'))];
}

function keysOf({ view, setting }: BrowseState, columns: number): string {
  const change = (keys: string): string => (setting.readOnly ? '' : `  ${keys}`);
  // Where there is room the head names the views.
  const common = ` ? help  q quit${columns < 100 ? '  1-4 views' : ''}  enter open  / filter  i invalid`;
  if (view !== 'routes') return `${common}  y yaml${change('e edit')}  c copy  o sort  esc routes`;
  return `${common}  t trace  T tree  y yaml${change('e edit')}  w weights${change('D delegate')}  c copy  o sort`;
}
