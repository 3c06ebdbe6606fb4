import type { Graph, HostGraph, HostName, Route } from '../graph/graph.ts';
import { hostOfAuthority, isOneLabelBelow, lowerAscii } from './authority.ts';
import { chooseHost } from './host.ts';
import type { Request } from './request.ts';

/** Who looks after a request before any route is tried. */
export type Reception =
  | {
      readonly type: 'host';
      readonly host: HostGraph;
      readonly routes: readonly Route[];
      /** The handshake was for another name below the same wildcard: 421, once the upgrade is admitted. */
      readonly misdirected: boolean;
    }
  /** No host is declared that would take the name. */
  | { readonly type: 'noHost' }
  /** No certificate fits the name of the handshake: the connection is closed. */
  | { readonly type: 'noHandshake' }
  /** The handshake was for one host and the request is for another: 421. */
  | { readonly type: 'misdirected'; readonly host: HostGraph };

export type Hosts = Graph['hosts'];

/** The host on which a request is received, with its routes in the order in which Envoy tries them. */
export function receive(hosts: Hosts, request: Request): Reception {
  return request.scheme === 'http' ? receivePlain(hosts, request) : receiveSecure(hosts, request);
}

function receivePlain(hosts: Hosts, { authority }: Request): Reception {
  const served = { has: (name: string) => (hosts.get(name as HostName)?.routes ?? []).length > 0 };
  const host = hosts.get(chooseHost(served, authority) as HostName);
  if (host === undefined) return { type: 'noHost' };
  return { type: 'host', host, routes: reachable(host, host.routes, authority), misdirected: false };
}

/** By the name in the handshake, and only then by the one in the request. */
function receiveSecure(hosts: Hosts, { sni, authority }: Request): Reception {
  const host = sni === null ? undefined : handshakeHost(hosts, sni);
  if (host === undefined || host.secure === null) return { type: 'noHandshake' };
  const name = hostOfAuthority(authority);
  const isWildcard = host.host.startsWith('*.');
  if (isWildcard ? !isBelow(host.host, name) : name !== host.host) return { type: 'misdirected', host };
  // Below a wildcard the two names must be one: see xds/envoy/filters/misdirected.ts.
  const asked = lowerAscii(authority).replace(/:[0-9]*$/, '');
  const misdirected = isWildcard && asked !== lowerAscii(sni ?? '');
  return { type: 'host', host, routes: reachable(host, host.secure.routes, authority), misdirected };
}

/** As Envoy sees wildcards: any number of labels below it. */
function isBelow(wildcard: string, name: string): boolean {
  return name.endsWith(wildcard.slice(1)) && name.length > wildcard.length - 1;
}

/** The exact name, else the longest wildcard above it, be it several labels away. */
function handshakeHost(hosts: Hosts, sni: string): HostGraph | undefined {
  const name = lowerAscii(sni);
  const candidates = [name];
  for (let dot = name.indexOf('.', 1); dot > 0; dot = name.indexOf('.', dot + 1))
    candidates.push(`*${name.slice(dot)}`);
  return candidates
    .map((candidate) => hosts.get(candidate as HostName))
    .find((host) => host !== undefined && host.host !== '*' && host.secure !== null);
}

function reachable({ host }: HostGraph, routes: readonly Route[], authority: string): readonly Route[] {
  return host.startsWith('*.') && !isOneLabelBelow(host, authority) ? [] : routes;
}
