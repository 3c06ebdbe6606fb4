import type { Graph, HostGraph, HostName, Route } from '../../../routing/graph/graph.ts';
import { matchRequest } from '../../../routing/match/match-request.ts';
import type { Diagnostic } from '../../../routing/objects/diagnostic.ts';
import { refKey } from '../../../routing/objects/ref.ts';
import { sourceItem } from '../../../routing/report-items.ts';
import type { RouteItem, SourceItem } from '../../../routing/route-item.ts';
import { routeTable } from '../../../routing/route-table.ts';
import type { LocalWorld } from '../../source.ts';

/** A world as it was at one moment. */
export interface Picture {
  readonly hosts: ReadonlyMap<HostName, HostGraph>;
  readonly objects: Graph['objects'];
  /** Every host's rows of the route table. */
  rows(host: HostName): readonly RouteItem[];
  /** Who answers a plain request for a path; null where nobody does. */
  answerer(host: HostName, probe: Probe): SourceItem | null;
}

export interface Probe {
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export function takePicture({ graph, locate }: LocalWorld): Picture {
  // The graph is always the present one; its values never change.
  const still: Graph = { ...graph, hosts: new Map(graph.hosts), objects: new Map(graph.objects) };
  const ports = { locate, programmed: () => null };
  const query = { path: null, namespace: null, invalid: false };
  const known = new Map<HostName, readonly RouteItem[]>();
  return {
    hosts: still.hosts,
    objects: still.objects,
    rows(host) {
      const rows = known.get(host) ?? routeTable(still, { ...query, host }, ports).filter((row) => row.host === host);
      known.set(host, rows);
      return rows;
    },
    answerer(host, probe) {
      const found = answering(still, host, probe);
      return found === null ? null : sourceItem(found.source, ports);
    },
  };
}

function answering({ hosts }: Graph, host: HostName, { path, headers }: Probe): Route | null {
  const graph = hosts.get(host);
  if (graph === undefined) return null;
  const authority = host.startsWith('*.') ? `any${host.slice(1)}` : host;
  const scheme = graph.secure === null ? 'http' : 'https';
  const only = new Map([[host, graph]]);
  const request = { method: 'GET', scheme, authority, path, headers, sni: authority, sourceIp: null } as const;
  const answer = matchRequest(only, request);
  return answer.type === 'route' ? answer.route : null;
}

/** What is said of a host, by what it is about and not by its place, which moves. */
export function newErrors(before: Picture, after: Picture, hosts: readonly HostName[]): readonly Diagnostic[] {
  const said = (picture: Picture, host: HostName): readonly Diagnostic[] =>
    (picture.hosts.get(host)?.visits ?? []).flatMap(({ diagnostics }) => diagnostics);
  const known = new Set(hosts.flatMap((host) => said(before, host).map(likeness)));
  const found = hosts.flatMap((host) => said(after, host)).filter((each) => !known.has(likeness(each)));
  return [...new Map(found.map((each) => [likeness(each), each])).values()];
}

function likeness({ subject, type, reason, message }: Diagnostic): string {
  return JSON.stringify([refKey(subject), type, reason, message]);
}

/** The hosts that are not what they were. */
export function changedHosts(before: Picture, after: Picture): readonly HostName[] {
  const names = new Set([...before.hosts.keys(), ...after.hosts.keys()]);
  return [...names].filter((name) => before.hosts.get(name) !== after.hosts.get(name)).toSorted();
}
