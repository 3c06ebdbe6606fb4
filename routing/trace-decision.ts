import type { Endpoints, Graph, HostName, Route, RouteAction } from './graph/graph.ts';
import { hostOfAuthority, lowerAscii } from './match/authority.ts';
import type { Answer } from './match/match-request.ts';
import { isWithin } from './objects/pointer.ts';
import { actionItem, reasonItem, reasonsAt, sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';
import type { TraceBackend, TraceDecision, TraceQuery } from './trace-item.ts';

/** What a client is answered, and by whom. */
export function decisionOf(
  graph: Graph,
  query: TraceQuery,
  answer: Answer,
  ports: Pick<RouteTablePorts, 'locate'>,
): TraceDecision {
  switch (answer.type) {
    case 'badPath':
      return nobody('BadRequest', 400);
    case 'noHost':
      return nobody('NotFound', 404);
    case 'noHandshake':
      return { ...nobody('NoHandshake', null), reasons: whyNoCertificate(graph, query) };
    case 'misdirected':
      return answer.upgradeRefused ? nobody('UpgradeRefused', 403) : nobody('Misdirected', 421);
    case 'noRoute':
      return answer.upgradeRefused ? nobody('UpgradeRefused', 403) : nobody('NotFound', 404);
    case 'route': {
      const diagnostics = answer.host.visits.flatMap((visit) => visit.diagnostics);
      const { route } = answer;
      const source = sourceItem(route.source, ports);
      const reasons = reasonsAt(diagnostics, route.source, route.action);
      if (answer.upgradeRefused) return { ...nobody('UpgradeRefused', 403), source, reasons };
      return { ...byRoute(graph, query, route), location: answer.location, source, reasons };
    }
  }
}

/** What is wrong with the certificate of a host that is declared. */
function whyNoCertificate(graph: Graph, { request }: TraceQuery): TraceDecision['reasons'] {
  const name = lowerAscii(request.sni ?? hostOfAuthority(request.authority));
  const host = graph.hosts.get(name as HostName);
  const found = (host?.visits ?? []).flatMap(({ diagnostics }) => diagnostics);
  return found.filter(({ pointer }) => tlsPointers.some((place) => isWithin(pointer, place))).map(reasonItem);
}

const tlsPointers = ['/spec/virtualhost/tls', '/spec/tls'] as const;

function nobody(type: TraceDecision['type'], status: number | null): TraceDecision {
  const nothing = { reason: null, source: null, backends: [], drawn: null, mirror: null, location: null, reasons: [] };
  return { type, status, ...nothing };
}

function byRoute(graph: Graph, { seed }: TraceQuery, { action }: Route): TraceDecision {
  const item = actionItem(graph, action);
  if (item.type === 'Error') return { ...nobody('Error', item.status), reason: item.reason };
  if (item.type !== 'Forward' || action.type !== 'Forward') {
    return nobody(item.type, 'status' in item ? item.status : null);
  }
  const backends = item.backends.map((backend, index): TraceBackend => {
    const target = action.backends[index]?.target;
    return {
      ...backend,
      addresses: addressesOf(target === undefined ? undefined : graph.endpoints.get(target.endpoints)),
    };
  });
  return {
    ...nobody('Forward', null),
    backends,
    drawn: seed === null || backends.length < 2 ? null : draw(action, seed),
    mirror: item.mirror,
  };
}

const mostAddresses = 10;

function addressesOf(endpoints: Endpoints | undefined): readonly string[] {
  const ready = endpoints?.known === true ? endpoints.ready : [];
  return ready
    .slice(0, mostAddresses)
    .map(({ address, port }) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`));
}

/** Envoy draws a number below the sum of the weights for each request; this takes it from the seed. */
function draw({ backends }: Extract<RouteAction, { type: 'Forward' }>, seed: number): number {
  const total = backends.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0);
  let left = scattered(seed) % total;
  return backends.findIndex(({ effectiveWeight }) => (left -= effectiveWeight) < 0);
}

/** Seeds next to each other draw numbers far apart. https://en.wikipedia.org/wiki/Hash_function#Fibonacci_hashing */
function scattered(seed: number): number {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x9e3779b1);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
