import type { Graph, ObjectStatus } from './graph/graph.ts';
import type { ObjectItem } from './object-item.ts';
import { compareText } from './graph/compare-text.ts';
import { reasonItem, sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';

/** What is thought of each object, by kind, namespace and name. @param namespace null for all */
export function objectItems(graph: Graph, namespace: string | null, ports: RouteTablePorts): readonly ObjectItem[] {
  return [...graph.objects.values()]
    .filter(({ ref }) => namespace === null || ref.namespace === namespace)
    .map((status) => objectItem(status, ports))
    .sort((left, right) => compareText(placeOf(left), placeOf(right)));
}

function placeOf({ source: { kind, namespace, name } }: ObjectItem): string {
  return `${kind}/${namespace}/${name}`;
}

function objectItem(status: ObjectStatus, ports: RouteTablePorts): ObjectItem {
  const { ref, generation, hosts, claim, currentStatus, description, diagnostics } = status;
  const isError = ({ severity }: { readonly severity: string }): boolean => severity === 'error';
  const found = diagnostics.map(reasonItem);
  return {
    source: sourceItem({ ref, pointer: '' }, ports),
    generation,
    hosts,
    root: claim !== null || ref.kind === 'Ingress',
    currentStatus,
    description,
    conditions: [...found.filter(isError), ...found.filter((each) => !isError(each))],
    programmed: fewest(hosts, ports),
  };
}

function fewest(hosts: readonly string[], { programmed }: RouteTablePorts): ObjectItem['programmed'] {
  const counts = hosts.map(programmed).filter((count) => count !== null);
  return counts.reduce<ObjectItem['programmed']>(
    (least, count) => (least === null || count.envoys < least.envoys ? count : least),
    null,
  );
}
