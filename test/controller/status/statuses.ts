import { inspectKeyPair } from '../../../kubernetes/key-pair.ts';
import { createCompiler } from '../../../routing/compile.ts';
import { defaultSettings } from '../../../routing/graph/settings.ts';
import type { Graph, ObjectStatus } from '../../../routing/graph/graph.ts';
import { decode } from '../../../routing/objects/decode.ts';
import type { KubernetesObject } from '../../../routing/objects/kubernetes-object.ts';
import type { RefKey } from '../../../routing/objects/ref.ts';

export const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ports: [{ port: 80 }] },
};

export const routeTo = (name: string) => ({ conditions: [{ prefix: `/${name}` }], services: [{ name, port: 80 }] });

export const rootProxy = (name: string, routes: readonly object[], generation = 1) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { name, namespace: 'shop', generation },
  spec: { virtualhost: { fqdn: `${name}.example.com` }, routes },
});

export function decoded(raw: object): KubernetesObject {
  const found = decode(raw);
  if (found.type !== 'object') throw new Error('the test writes no object');
  return found.object;
}

/** The world of some objects, and what it says of one of them. */
export function worldOf(
  objects: readonly object[],
  key: string,
): { readonly graph: Graph; readonly status: ObjectStatus } {
  const compiler = createCompiler(defaultSettings, { inspectKeyPair });
  compiler.apply(objects.map((raw) => ({ type: 'upsert', object: decoded(raw) })));
  const status = compiler.graph.objects.get(key as RefKey);
  if (status === undefined) throw new Error(`nothing is said of ${key}`);
  return { graph: compiler.graph, status };
}
