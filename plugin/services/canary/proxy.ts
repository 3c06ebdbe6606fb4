import { isList, isObject, valueAt, type Json, type JsonObject } from '../../../files/edit/json-patch.ts';

/** A service of a route, as the object has it. */
export interface ServiceEntry {
  /** Its place in `services`. */
  readonly index: number;
  readonly name: string;
  readonly port: number | null;
  /** As written; null where nothing is. */
  readonly weight: number | null;
}

/** A route of an HTTPProxy, as far as weights go. */
export interface RouteEntry {
  /** `/spec/routes/1` */
  readonly pointer: string;
  readonly index: number;
  /** As written; null where nothing is. */
  readonly conditions: Json;
  /** The whole list, mirrors included, as written. */
  readonly services: readonly Json[];
  /** Those that share the requests: mirrors answer nobody. */
  readonly group: readonly ServiceEntry[];
}

export function routesOf(proxy: JsonObject): readonly RouteEntry[] {
  const routes = valueAt(proxy, '/spec/routes');
  return isList(routes) ? routes.map(routeEntry) : [];
}

function routeEntry(route: Json, index: number): RouteEntry {
  const services = valueAt(route, '/services');
  const list = isList(services) ? services : [];
  const group = list.flatMap((service, place) =>
    valueAt(service, '/mirror') === true ? [] : [serviceEntry(service, place)],
  );
  const conditions = valueAt(route, '/conditions') ?? null;
  return { pointer: `/spec/routes/${index}`, index, conditions, services: list, group };
}

function serviceEntry(service: Json, index: number): ServiceEntry {
  const [name, port, weight] = [valueAt(service, '/name'), valueAt(service, '/port'), valueAt(service, '/weight')];
  return { index, name: typeof name === 'string' ? name : '', port: numberOf(port), weight: numberOf(weight) };
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

/** `web-v1:80` */
export function serviceLabel({ name, port }: Pick<ServiceEntry, 'name' | 'port'>): string {
  return port === null ? name : `${name}:${port}`;
}

/** What a record calls a service of a group: its name, and its port too where the name alone is not enough. */
export function serviceKey(service: ServiceEntry, group: readonly ServiceEntry[]): string {
  const isOnly = group.filter(({ name }) => name === service.name).length === 1;
  return isOnly ? service.name : serviceLabel(service);
}

/** The service that a record means by `key`; a name alone is that of the first one: what is added stands behind it. */
export function serviceAt(key: string, group: readonly ServiceEntry[]): ServiceEntry | null {
  return group.find((service) => serviceLabel(service) === key) ?? group.find(({ name }) => name === key) ?? null;
}

/** What people type: `web-v2`, or `web-v2:8080` where the name alone is not enough. */
export interface ServiceRef {
  readonly name: string;
  readonly port: number | null;
}

export function parseServiceRef(text: string): ServiceRef | null {
  const [name = '', port, ...more] = text.split(':');
  if (name === '' || more.length > 0) return null;
  if (port === undefined) return { name, port: null };
  return /^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535 ? { name, port: Number(port) } : null;
}

export function fitsRef(ref: ServiceRef, service: Pick<ServiceEntry, 'name' | 'port'>): boolean {
  return ref.name === service.name && (ref.port === null || ref.port === service.port);
}

/** What a route answers, as a table shows it: `prefix /api`, `exact /health`, `prefix / x-canary=true`. */
export function routeLabel(conditions: Json): string {
  const all = isList(conditions) ? conditions.filter(isObject) : [];
  const paths = all.flatMap((condition) => pathLabel(condition));
  const others = all.flatMap((condition) => otherLabel(condition));
  return [...(paths.length === 0 ? ['prefix /'] : paths), ...others].join(' ');
}

function pathLabel({ prefix, exact, regex }: JsonObject): readonly string[] {
  if (typeof prefix === 'string') return [`prefix ${prefix}`];
  if (typeof exact === 'string') return [`exact ${exact}`];
  return typeof regex === 'string' ? [`regex ${regex}`] : [];
}

const signs = new Map([
  ['exact', '='],
  ['contains', '*='],
  ['regex', '~='],
  ['notexact', '!='],
  ['notcontains', '!*='],
  ['prefix', '^='],
  ['suffix', '$='],
]);

function otherLabel({ header, queryParameter }: JsonObject): readonly string[] {
  const condition = isObject(header) ? header : isObject(queryParameter) ? queryParameter : null;
  if (condition === null) return [];
  const mark = isObject(header) ? '' : '?';
  const name = `${mark}${typeof condition['name'] === 'string' ? condition['name'] : ''}`;
  const [sign, value] = [...signs]
    .map(([key, written]) => [written, condition[key]] as const)
    .find(([, each]) => typeof each === 'string') ?? ['', ''];
  return [`${condition['notpresent'] === true ? '!' : ''}${name}${sign}${typeof value === 'string' ? value : ''}`];
}
