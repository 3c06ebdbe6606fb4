import type { HostName } from '../../../routing/graph/graph.ts';
import type { RouteItem, SourceItem } from '../../../routing/route-item.ts';
import { changedHosts, type Picture, type Probe } from './picture.ts';

/** One match whose requests are answered by somebody else than before. */
export interface RouteDifference {
  /** `hidden`: it is still written, and others answer its requests. */
  readonly type: 'added' | 'removed' | 'moved' | 'hidden';
  readonly host: string;
  readonly listener: RouteItem['listener'];
  readonly match: NonNullable<RouteItem['match']>;
  /** Who answered. */
  readonly before: SourceItem | null;
  /** Who answers now. */
  readonly after: SourceItem | null;
}

/** Compares route tables by match, and for what stayed in both asks which route a request of it reaches. */
export function compareRoutes(before: Picture, after: Picture): readonly RouteDifference[] {
  return changedHosts(before, after).flatMap((host) => compareHost(before, after, host));
}

function compareHost(before: Picture, after: Picture, host: HostName): readonly RouteDifference[] {
  const [old, now] = [byMatch(before.rows(host)), byMatch(after.rows(host))];
  const added = [...now].flatMap(([key, row]) => (old.has(key) ? [] : [row]));
  const kept = [...old].flatMap(([key, row]) => compareRow(before, after, row, now.get(key), added));
  return [...kept, ...added.map((row) => differenceOf('added', row, null, row.source))];
}

function compareRow(
  before: Picture,
  after: Picture,
  row: RouteItem,
  next: RouteItem | undefined,
  added: readonly RouteItem[],
): readonly RouteDifference[] {
  if (next === undefined) return [differenceOf('removed', row, row.source, null)];
  if (!isSamePlace(row.source, next.source)) return [differenceOf('moved', row, row.source, next.source)];
  const probe = probeOf(row);
  if (probe === null || !added.some((each) => mayAnswer(each, probe))) return [];
  const host = row.host as HostName;
  const [was, is] = [before.answerer(host, probe), after.answerer(host, probe)];
  if (was === null || is === null || !isSamePlace(was, row.source) || isSamePlace(was, is)) return [];
  return [differenceOf('hidden', row, was, is)];
}

function mayAnswer({ match }: RouteItem, { path }: Probe): boolean {
  return match !== null && (match.path.type === 'Regex' || path.startsWith(match.path.value));
}

/** A request that a route is written for; null where one cannot be made up. */
export function probeOf({ match }: Pick<RouteItem, 'match'>): Probe | null {
  if (match === null || match.path.type === 'Regex' || match.query.length > 0) return null;
  const headers = match.headers.map(sampleOf);
  const known = headers.filter((header) => header !== null);
  return known.length === headers.length ? { path: match.path.value, headers: known.flat() } : null;
}

/** The header of a request that meets a condition; null where none can be made up. */
function sampleOf({ name, type, value }: NonNullable<RouteItem['match']>['headers'][number]): Probe['headers'] | null {
  switch (type) {
    case 'Exact':
    case 'Contains':
      return [{ name, value }];
    case 'Present':
      return [{ name, value: 'any' }];
    case 'NotPresent':
      return [];
    case 'NotExact':
    case 'NotContains':
      return [{ name, value: value === '~' ? '^' : '~' }];
    default:
      return null;
  }
}

function differenceOf(
  type: RouteDifference['type'],
  row: RouteItem,
  before: SourceItem | null,
  after: SourceItem | null,
): RouteDifference {
  const { host, listener, match } = row;
  if (match === null) throw new Error('a row that serves has a match');
  return { type, host, listener, match, before, after };
}

/** Rows of one match stand in the order of Envoy, which uses the first. */
function byMatch(rows: readonly RouteItem[]): ReadonlyMap<string, RouteItem> {
  const first = new Map<string, RouteItem>();
  for (const row of rows) {
    if (row.match === null || row.order === null) continue;
    const key = JSON.stringify([row.listener, row.match]);
    if (!first.has(key)) first.set(key, row);
  }
  return first;
}

function isSameObject(left: SourceItem, right: SourceItem): boolean {
  return left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
}

/** Where an include is taken out, those behind it move up: within the includes of an object only the object counts. */
function isSamePlace(left: SourceItem, right: SourceItem): boolean {
  if (!isSameObject(left, right)) return false;
  const isInclude = (source: SourceItem): boolean => source.pointer.startsWith('/spec/includes/');
  return left.pointer === right.pointer || (isInclude(left) && isInclude(right));
}
