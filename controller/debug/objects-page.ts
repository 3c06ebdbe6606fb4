import type { Graph, ObjectStatus } from '../../routing/graph/graph.ts';
import type { Tracking } from '../programming/track.ts';
import { headOf, type Page } from './answer.ts';

export interface ObjectsPageOptions {
  readonly graph: Graph;
  readonly programming: Pick<Tracking, 'local' | 'digest'>;
}

function* list({ graph, programming }: ObjectsPageOptions): Generator<object> {
  for (const status of graph.objects.values()) {
    const { ref, generation, currentStatus, description, hosts, diagnostics } = status;
    const reasons = diagnostics.map(({ type, reason, message, severity, pointer }) => ({
      type,
      reason,
      message,
      severity,
      pointer,
    }));
    yield {
      ...ref,
      generation,
      currentStatus,
      description,
      hosts,
      programmed: isProgrammed(status, programming),
      reasons,
    };
  }
}

/** Whether every Envoy of this controller runs all its hosts as they are now; null where there is none to ask. */
function isProgrammed({ hosts }: ObjectStatus, { local, digest }: Pick<Tracking, 'local' | 'digest'>): boolean | null {
  if (local.envoys === 0 || hosts.length === 0) return null;
  return hosts.every((host) => local.digestOf(host) === digest(host));
}

/** `/debug/objects`: what is thought of each object that routes. */
export function objectsPage(options: ObjectsPageOptions): Page {
  return {
    path: '/debug/objects',
    help: 'whether each object is valid, and why not',
    answer: () => ({ type: 'report', head: headOf('ObjectList'), items: list(options) }),
  };
}
