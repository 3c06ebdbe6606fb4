import type { Graph } from '../../routing/graph/graph.ts';
import { headOf, type Page } from './answer.ts';

function* list(graph: Graph): Generator<object> {
  for (const { ref, currentStatus, description, diagnostics } of graph.objects.values()) {
    const reasons = diagnostics.map(({ type, reason, message, severity, pointer }) => ({
      type,
      reason,
      message,
      severity,
      pointer,
    }));
    yield { ...ref, currentStatus, description, reasons };
  }
}

/** `/debug/objects`: what is thought of each object that routes. */
export function objectsPage(graph: Graph): Page {
  return {
    path: '/debug/objects',
    help: 'whether each object is valid, and why not',
    answer: () => ({ type: 'report', head: headOf('ObjectList'), items: list(graph) }),
  };
}
