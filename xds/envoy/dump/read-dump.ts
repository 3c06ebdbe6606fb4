import type {
  EndpointsKey,
  Endpoints,
  Graph,
  HostGraph,
  HostName,
  ObjectStatus,
} from '../../../routing/graph/graph.ts';
import { type RefKey, refKey } from '../../../routing/objects/ref.ts';
import { fieldAt, listAt, textAt } from '../json.ts';
import { firstSyncName, hostOfRoutesName, listenerName, scopeFallbackName } from '../names.ts';
import type { TargetOf } from './read-action.ts';
import { type Chain, readChains } from './read-chains.ts';
import { readRoutes, type ReadRoutes } from './read-routes.ts';
import { readEndpoints, readTargets } from './read-targets.ts';

/** Parts of an Envoy's config dump, as JSON. */
export interface DumpPages {
  readonly scopes: unknown;
  readonly routes: unknown;
  readonly clusters: unknown;
  readonly endpoints: unknown;
  readonly listeners: unknown;
}

/** What an Envoy holds, in the words of this project. */
export interface HeldWorld {
  readonly graph: Graph;
  /** What it holds beside and the graph has no words for, each a noun: `2 routes of cart.example.com`. */
  readonly unread: readonly string[];
  /** Whether a controller has told it anything. */
  readonly isTold: boolean;
  /** Whether all hosts were made by a controller of this project. */
  readonly isOurs: boolean;
}

/**
 * From the resources back to the graph that they were made from, by this project or by Contour, as far as Envoys are told:
 * a route names its object, not the place in it, nor the includes that led there.
 */
export function readConfigDump(pages: DumpPages): HeldWorld {
  const targetOf = readTargets(configsOf(pages.clusters));
  const scopes = configsOf(pages.scopes).flatMap((each) => listAt(each, 'scoped_route_configs') ?? []);
  const inline = scopes.map((scope) => fieldAt(scope, 'route_configuration')).filter((each) => each !== undefined);
  const apart = configsOf(pages.routes).map((each) => fieldAt(each, 'route_config'));
  const told = [...inline, ...apart].filter((each) => textAt(each, 'name') !== firstSyncName);
  const tables = told.map((each) => readTable(each, targetOf));
  return {
    graph: graphOf(tables, readChains(configsOf(pages.listeners)), readEndpoints(configsOf(pages.endpoints))),
    unread: tables.flatMap(({ unread }) => unread),
    isTold: configsOf(pages.listeners).some((each) => fieldAt(each, 'active_state') !== undefined),
    isOurs: tables.every(({ isOurs }) => isOurs),
  };
}

function configsOf(page: unknown): readonly unknown[] {
  return listAt(page, 'configs') ?? [];
}

/** One RouteConfiguration. */
interface Table {
  readonly listener: 'http' | 'https' | null;
  readonly hosts: ReadonlyMap<HostName, ReadRoutes>;
  readonly unread: readonly string[];
  readonly isOurs: boolean;
}

function readTable(configuration: unknown, targetOf: TargetOf): Table {
  const name = textAt(configuration, 'name');
  const listener = listenerOf(name);
  const unread = name === fallbackCertificate ? [] : [`the routes of ${name}`];
  if (listener === null) return { listener, hosts: new Map(), unread, isOurs: false };
  const pairs = (listAt(configuration, 'virtual_hosts') ?? []).flatMap((virtualHost) =>
    domainsOf(virtualHost).map((domain) => ({ domain, virtualHost })),
  );
  // One that was made for a host may hold another beside it, for requests that are at the wrong place.
  const wanted = name === listenerName.http ? pairs : pairs.filter(({ domain }) => domain === hostOfRoutesName(name));
  const hosts = new Map(
    wanted.map(({ domain, virtualHost }) => [domain, readRoutes(domain, virtualHost, targetOf)] as const),
  );
  const partial = [...hosts].filter(([, { unread: count }]) => count > 0);
  return {
    listener,
    hosts,
    unread: partial.map(([host, { unread: count }]) => `${routesWords(count)} of ${host} (${listener})`),
    isOurs: wanted.every(({ virtualHost }) => isMarked(virtualHost)),
  };
}

/** Hosts of this project tell its fallback filter what they are: see `emitVirtualHost`. */
function isMarked(virtualHost: unknown): boolean {
  return fieldAt(fieldAt(fieldAt(virtualHost, 'metadata'), 'filter_metadata'), scopeFallbackName) !== undefined;
}

const routesWords = (count: number): string => (count === 1 ? 'a route' : `${count} routes`);

/** What Contour serves to clients without a name in their handshake is what it serves to those with one. */
const fallbackCertificate = 'ingress_fallbackcert';

/** Names of this project's and of Contour's. */
function listenerOf(name: string): 'http' | 'https' | null {
  if (name === listenerName.http || name.startsWith('http/')) return 'http';
  return name.startsWith('https/') ? 'https' : null;
}

/** Older Contours also name each host with every port. */
function domainsOf(virtualHost: unknown): readonly HostName[] {
  const domains = (listAt(virtualHost, 'domains') ?? []).filter((domain) => typeof domain === 'string');
  return domains.filter((domain) => !domain.includes(':')).map((domain) => domain as HostName);
}

function graphOf(
  tables: readonly Table[],
  chains: ReadonlyMap<HostName, Chain>,
  endpoints: ReadonlyMap<EndpointsKey, Endpoints>,
): Graph {
  const of = (listener: Table['listener']): ReadonlyMap<HostName, ReadRoutes> =>
    new Map(tables.filter((table) => table.listener === listener).flatMap(({ hosts }) => [...hosts]));
  const [plain, secured] = [of('http'), of('https')];
  const hosts = [...new Set([...plain.keys(), ...secured.keys()])].flatMap((host): HostGraph | readonly [] => {
    const [chain, behind] = [chains.get(host), secured.get(host)];
    // Without a chain to it a table is there for connections that drain: nobody can shake hands any more.
    const secure = chain === undefined || behind === undefined ? null : { ...chain, routes: behind.routes };
    if (secure === null && !plain.has(host)) return [];
    return { host, routes: plain.get(host)?.routes ?? [], secure, holder: null, lost: [], visits: [] };
  });
  return {
    hosts: new Map(hosts.map((each) => [each.host, each])),
    endpoints,
    secrets: new Map(),
    objects: writersOf(hosts),
  };
}

/** An Envoy does not know whether what it runs is all that its object asks for. */
function writersOf(hosts: readonly HostGraph[]): ReadonlyMap<RefKey, ObjectStatus> {
  const routes = hosts.flatMap(({ routes: plain, secure }) => [...plain, ...(secure?.routes ?? [])]);
  const writers = new Map(routes.map(({ source: { ref } }) => [refKey(ref), ref]));
  return new Map([...writers].map(([key, ref]) => [key, unverified(ref)]));
}

function unverified(ref: ObjectStatus['ref']): ObjectStatus {
  const nothing = { description: '', generation: 0, hosts: [], claim: null, diagnostics: [] };
  return { ref, currentStatus: 'unverified', included: { first: [], total: 0 }, ...nothing };
}
