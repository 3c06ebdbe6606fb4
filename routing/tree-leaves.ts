import type { Graph, HostGraph } from './graph/graph.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import { isWithin } from './objects/pointer.ts';
import { displayName } from './objects/ref.ts';
import { reasonItem, sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';
import type { CertificateItem, TreeNode } from './tree-item.ts';

type Locate = Pick<RouteTablePorts, 'locate'>;

interface SecretWorld extends Locate {
  readonly graph: Pick<Graph, 'secrets'>;
  certificate(chain: Uint8Array): CertificateItem | null;
}

/** The certificate of a host, or what keeps it from having one. */
export function secretNodes(
  host: HostGraph,
  diagnostics: readonly Diagnostic[],
  world: SecretWorld,
): readonly TreeNode[] {
  const reasons = diagnostics.filter(
    ({ pointer }) => isWithin(pointer, '/spec/virtualhost/tls') || isWithin(pointer, '/spec/tls'),
  );
  const secret = host.secure?.secret ?? null;
  if (secret === null && reasons.length === 0) return [];
  const name = secret === null ? '' : `${secret.namespace}/${secret.name}`;
  const served = world.graph.secrets.get(name) ?? null;
  const written = host.holder === null ? null : { ref: host.holder, pointer: '/spec/virtualhost/tls' };
  return [
    {
      type: 'secret',
      source: written === null ? null : sourceItem(written, world),
      include: null,
      match: null,
      delegated: secret !== null && host.holder !== null && secret.namespace !== host.holder.namespace,
      status: {
        state: secret === null ? 'invalid' : served === null ? 'unverified' : 'valid',
        reasons: reasons.map(reasonItem),
      },
      name,
      action: null,
      certificate: served === null ? null : world.certificate(served.certificateChain),
      children: [],
    },
  ];
}

/** Proxies that no root includes. */
export function orphanNodes(graph: Graph, ports: Locate): readonly TreeNode[] {
  const orphans = [...graph.objects.values()].filter(({ currentStatus }) => currentStatus === 'orphaned');
  return orphans.map(({ ref, diagnostics }) => ({
    type: 'proxy' as const,
    source: sourceItem({ ref, pointer: '' }, ports),
    include: null,
    match: null,
    delegated: false,
    status: { state: 'orphaned' as const, reasons: diagnostics.map(reasonItem) },
    name: displayName(ref),
    action: null,
    children: [],
  }));
}
