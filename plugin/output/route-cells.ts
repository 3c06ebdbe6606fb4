import type { BackendItem, RouteItem, SourceItem } from '../../routing/route-item.ts';
import { ruleCell } from './rule-cell.ts';
import { kindWord } from './source-words.ts';

/** One line of the table: a route has as many as it has backends. Cells are as the objects wrote them. */
export interface RouteLine {
  /** Tells the lines of one route from those of the next. */
  readonly route: RouteItem;
  readonly order: string;
  readonly rule: string;
  readonly host: string;
  readonly match: string;
  readonly backend: string;
  readonly weight: string;
  readonly ready: string;
  readonly object: string;
  readonly status: string;
  readonly via: string;
  readonly namespace: string;
  readonly source: string;
  readonly listener: string;
  readonly programmed: string;
}

export type Column = Exclude<keyof RouteLine, 'route'>;

const NARROW = ['host', 'match', 'backend', 'weight', 'ready', 'object', 'status'] as const satisfies readonly Column[];
const WIDE = [...NARROW, 'via', 'namespace', 'source', 'listener', 'programmed'] as const satisfies readonly Column[];

/** Which columns are shown. */
export interface RouteColumns {
  readonly wide: boolean;
  /** Whether the place of a row, and the rule that put it there, come behind the host. */
  readonly order: boolean;
}

export function columnsOf({ wide, order }: RouteColumns): readonly Column[] {
  const columns = wide ? WIDE : NARROW;
  return order ? ['host', 'order', 'rule', ...columns.slice(1)] : columns;
}

/** All that a table shows of one route, by line and column. */
export function cellsOf(item: RouteItem, columns: RouteColumns): readonly (readonly string[])[] {
  return routeLines(item).map((line) => columnsOf(columns).map((column) => line[column]));
}

type Share = Pick<RouteLine, 'backend' | 'weight' | 'ready'>;

/** @param above the row before it; null for the first */
export function routeLines(item: RouteItem, above: RouteItem | null = null): readonly RouteLine[] {
  const { source, programmed, order } = item;
  const whole = {
    route: item,
    order: order === null ? '-' : String(order),
    rule: ruleCell(item, above),
    host: item.host,
    match: matchCell(item.match),
    object: objectCell(source),
    status: statusCell(item),
    via: item.via.length === 0 ? '-' : item.via.map(objectCell).join(' > '),
    namespace: source.namespace,
    source: placeCell(source),
    listener: item.listener,
    programmed: programmed === null ? '?' : `${programmed.envoys}/${programmed.of}`,
  };
  return shares(item).map((share) => ({ ...whole, ...share }));
}

function shares({ action }: RouteItem): readonly Share[] {
  const none = { weight: '-', ready: '-' };
  if (action === null) return [{ backend: '-', ...none }];
  switch (action.type) {
    case 'Forward': {
      const { mirror } = action;
      const copy =
        mirror === null ? [] : [{ backend: `mirror ${target(mirror)}`, weight: `${mirror.percent}%`, ready: '?' }];
      return [...action.backends.map(backendShare), ...copy];
    }
    case 'Redirect':
      return [{ backend: `redirect ${action.scheme} ${action.status}`, ...none }];
    case 'DirectResponse':
      return [{ backend: `direct ${action.status}`, ...none }];
    case 'Error':
      return [{ backend: `${action.status} (${action.reason})`, ...none }];
  }
}

function backendShare(backend: BackendItem): Share {
  const { endpoints, percent } = backend;
  const ready = endpoints === null ? '?' : `${endpoints.ready}/${endpoints.total}`;
  return { backend: target(backend), weight: `${percent}%`, ready };
}

function target({ namespace, name, port }: Pick<BackendItem, 'namespace' | 'name' | 'port'>): string {
  return `${namespace}/${name}:${port}`;
}

const PATH_WORDS = { Exact: 'exact', Prefix: 'prefix', SegmentPrefix: 'segment', Regex: 'regex' } as const;
const PATH_WIDTH = 7;

function matchCell(match: RouteItem['match']): string {
  if (match === null) return '-';
  const { path, headers, query } = match;
  const conditions = [...headers.map(conditionCell), ...query.map((each) => `?${conditionCell(each)}`)];
  return [`${PATH_WORDS[path.type].padEnd(PATH_WIDTH)} ${path.value}`, ...conditions].join('  ');
}

const OPERATORS = new Map([
  ['Exact', '='],
  ['Contains', '*='],
  ['Prefix', '^='],
  ['Suffix', '$='],
  ['Regex', '~='],
]);

/** As the column MATCH and `-H` write it. */
export function conditionCell({
  name,
  type,
  value,
}: {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}): string {
  const negated = type.startsWith('Not');
  const bare = negated ? type.slice('Not'.length) : type;
  if (bare === 'Present') return negated ? `!${name}` : name;
  return `${name}${negated ? '!' : ''}${OPERATORS.get(bare) ?? ` ${bare} `}${value}`;
}

/**
 * `proxy/web #1`: the second route of it; `i1` is its second include, `r0.1` the second path of its first rule. An Envoy
 * does not always know the object.
 */
function objectCell({ kind, name, pointer }: SourceItem): string {
  if (name === '') return '-';
  const place = placeInside(pointer);
  return `${kindWord(kind)}/${name}${place === '' ? '' : ` ${place}`}`;
}

function placeInside(pointer: string): string {
  const [, spec, list, index = '', http, paths, path = ''] = pointer.split('/');
  if (spec !== 'spec') return '';
  if (list === 'routes') return `#${index}`;
  if (list === 'includes') return `i${index}`;
  if (list !== 'rules') return '';
  return http === 'http' && paths === 'paths' ? `r${index}.${path}` : `r${index}`;
}

function placeCell({ file, line, pointer }: SourceItem): string {
  if (file === undefined) return pointer === '' ? '/' : pointer;
  return `${file}:${line}`;
}

function statusCell({ status, holder }: RouteItem): string {
  const reasons = [...new Set(status.reasons.map(({ reason }) => reason))].join(',');
  const held = holder === undefined ? '' : `, held by ${holder.namespace}/${holder.name}`;
  if (!status.valid) return `invalid: ${reasons}${held}`;
  const sound = status.verified ? 'valid' : 'unverified';
  return reasons === '' ? sound : `${sound}, warning: ${reasons}`;
}
