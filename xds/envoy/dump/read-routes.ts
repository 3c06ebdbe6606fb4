import type { Route } from '../../../routing/graph/graph.ts';
import { noObject, type ObjectRef, type Source } from '../../../routing/objects/ref.ts';
import { fieldAt, listAt, textAt } from '../json.ts';
import { writerMetadata } from '../names.ts';
import { readAction, type TargetOf } from './read-action.ts';
import { readMatch } from './read-match.ts';

/** The routes of one host in the order in which Envoy tries them, and how many of them the graph has no words for. */
export interface ReadRoutes {
  readonly routes: readonly Route[];
  readonly unread: number;
}

/** @param virtualHost the one of `host` */
export function readRoutes(host: string, virtualHost: unknown, targetOf: TargetOf): ReadRoutes {
  const written = listAt(virtualHost, 'routes') ?? [];
  const routes = written.map((each) => readRoute(host, each, targetOf)).filter((route) => route !== null);
  return { routes, unread: written.length - routes.length };
}

function readRoute(host: string, written: unknown, targetOf: TargetOf): Route | null {
  const source: Source = { ref: readWriter(written), pointer: '' };
  const match = readMatch(fieldAt(written, 'match'));
  const action = readAction(written, source, targetOf);
  if (match === null || action === null) return null;
  return { match: host.startsWith('*.') ? belowWildcard(match) : match, action, source, via: [] };
}

/** Every route of a wildcard says that it stands for one label: see `emitVirtualHost`. The host says so already. */
function belowWildcard(match: Route['match']): Route['match'] {
  const at = match.headers.findIndex(({ name, type }) => name === ':authority' && type === 'Regex');
  return at < 0 ? match : { ...match, headers: match.headers.toSpliced(at, 1) };
}

/** Who wrote it. Contour says nothing of the answers it gives in place of what an include does not find. */
function readWriter(written: unknown): ObjectRef {
  const told = fieldAt(fieldAt(fieldAt(written, 'metadata'), 'filter_metadata'), writerMetadata.name);
  const kind = textAt(told, writerMetadata.kind);
  if (kind !== 'HTTPProxy' && kind !== 'Ingress') return noObject;
  return { kind, namespace: textAt(told, writerMetadata.namespace), name: textAt(told, writerMetadata.object) };
}
