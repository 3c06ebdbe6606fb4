import fc from 'fast-check';
import type { HTTPProxySpec } from '../../routing/objects/generated/http-proxy.ts';
import {
  type Change,
  type EndpointSlice,
  type HTTPProxy,
  type Ingress,
  type KubernetesObject,
  type Namespace,
  type Secret,
  type Service,
  type TLSCertificateDelegation,
  refOf,
} from '../../routing/objects/kubernetes-object.ts';
import type { Metadata } from '../../routing/objects/metadata.ts';
import type { Kind } from '../../routing/objects/ref.ts';
import { plainBytes } from '../support/bytes.ts';

/** Small pools, so that random objects meet: shared hosts, shared Secrets, includes that hit and miss. */
const namespaces = ['blue', 'green', 'red'] as const;
const names = ['a', 'b', 'c'] as const;
const hosts = ['one.example.com', 'two.example.com', '*.example.com'] as const;

const namespace = fc.constantFrom(...namespaces);
const name = fc.constantFrom(...names);
const host = fc.constantFrom(...hosts);
const path = fc.constantFrom('/', '/x', '/x/y', 'no-slash');

const metadata: fc.Arbitrary<Metadata> = fc.record({
  namespace,
  name,
  generation: fc.constantFrom(1, 2),
  creationTimestamp: fc.constantFrom(null, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
  annotations: fc.constant(new Map<string, string>()),
});

const conditions = fc.array(
  fc.oneof(
    path.map((prefix) => ({ prefix })),
    fc.constant({ header: { name: 'X-Test', exact: '1' } }),
    fc.constant({ header: { name: 'x-test', notexact: '1' } }),
  ),
  { maxLength: 2 },
);

const backend = fc.record({ name, port: fc.constantFrom(80, 81), weight: fc.constantFrom(0, 10, 90) });

const route = fc.record({ conditions, services: fc.array(backend, { maxLength: 2 }) });

const include = fc.record({ name, namespace, conditions });

const virtualhost = fc.oneof(
  host.map((fqdn) => ({ fqdn })),
  fc.record({
    fqdn: host,
    tls: fc.record({
      secretName: fc.oneof(
        name,
        name.map((name) => `red/${name}`),
      ),
    }),
  }),
);

const proxySpec = fc
  .record({
    virtualhost: fc.option(virtualhost, { nil: undefined, freq: 2 }),
    routes: fc.array(route, { maxLength: 2 }),
    includes: fc.array(include, { maxLength: 2 }),
  })
  .map(
    ({ virtualhost: host, ...spec }) => (host === undefined ? spec : { virtualhost: host, ...spec }) as HTTPProxySpec,
  );

const proxy: fc.Arbitrary<HTTPProxy> = fc.record({
  kind: fc.constant('HTTPProxy' as const),
  metadata,
  problems: fc.constant([]),
  spec: proxySpec,
  hostClaimedAt: fc.constantFrom(null, null, '2026-03-01T00:00:00Z'),
});

const ingress: fc.Arbitrary<Ingress> = fc
  .record({ metadata, host, path: fc.constantFrom('/', '/x'), name })
  .map((it) => ({
    kind: 'Ingress',
    metadata: it.metadata,
    problems: [],
    spec: {
      ingressClassName: null,
      defaultBackend: null,
      tls: [],
      tlsOf: new Map(),
      paths: new Map([
        [
          it.host,
          [
            {
              path: it.path,
              pathType: 'Prefix',
              backend: { service: { name: it.name, port: 80 } },
              websockets: false,
              pointer: '/spec/rules/0/http/paths/0',
            },
          ],
        ],
      ]),
    },
  }));

const service: fc.Arbitrary<Service> = fc
  .record({ metadata, port: fc.constantFrom(80, 81) })
  .map(({ metadata, port }) => ({
    kind: 'Service',
    metadata,
    problems: [],
    spec: { type: 'ClusterIP', externalName: null, ports: [{ name: '', port, protocol: 'TCP', appProtocol: null }] },
  }));

const slice: fc.Arbitrary<EndpointSlice> = fc
  .record({ metadata, service: name, ready: fc.boolean(), last: fc.integer({ min: 1, max: 3 }) })
  .map(({ metadata, service, ready, last }) => ({
    kind: 'EndpointSlice',
    metadata,
    problems: [],
    service,
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: [`10.0.0.${last}`], ready }],
  }));

/** A key that starts with "bad" is refused by the inspector of these tests. */
const secret: fc.Arbitrary<Secret> = fc
  .record({ metadata, key: fc.constantFrom('good 1', 'good 2', 'bad') })
  .map(({ metadata, key }) => ({
    kind: 'Secret',
    metadata,
    problems: [],
    type: 'kubernetes.io/tls',
    data: new Map([
      ['tls.crt', plainBytes('certificate')],
      ['tls.key', plainBytes(key)],
    ]),
  }));

const delegation: fc.Arbitrary<TLSCertificateDelegation> = fc
  .record({ metadata, secretName: name, target: fc.constantFrom('blue', 'green', '*') })
  .map(({ metadata, secretName, target }) => ({
    kind: 'TLSCertificateDelegation',
    metadata: { ...metadata, namespace: 'red' },
    problems: [],
    spec: { delegations: [{ secretName, targetNamespaces: [target] }] },
  }));

const namespaceObject: fc.Arbitrary<Namespace> = namespace.map((name) => ({
  kind: 'Namespace',
  metadata: { namespace: '', name, generation: 1, creationTimestamp: null, annotations: new Map() },
  problems: [],
}));

const object: fc.Arbitrary<KubernetesObject> = fc.oneof(
  { weight: 6, arbitrary: proxy },
  { weight: 2, arbitrary: ingress },
  { weight: 3, arbitrary: service },
  { weight: 2, arbitrary: slice },
  { weight: 2, arbitrary: secret },
  { weight: 2, arbitrary: delegation },
  { weight: 1, arbitrary: namespaceObject },
);

/** One edit of the world, said without knowing the world. */
export type Edit =
  | { readonly type: 'put'; readonly object: KubernetesObject }
  | { readonly type: 'delete'; readonly kind: Kind; readonly namespace: string; readonly name: string }
  | { readonly type: 'rename'; readonly object: KubernetesObject; readonly to: string }
  | { readonly type: 'delete namespace'; readonly namespace: string };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 10, arbitrary: object.map((object) => ({ type: 'put' as const, object })) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('delete' as const),
      kind: fc.constantFrom<Kind[]>(
        'HTTPProxy',
        'Ingress',
        'Service',
        'Secret',
        'EndpointSlice',
        'TLSCertificateDelegation',
      ),
      namespace,
      name,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('rename' as const), object, to: name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete namespace' as const), namespace }) },
);

/** Batches of edits, as a source would hand them over. */
export const histories = fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

/** An edit as changes, given the objects that exist. */
export function changesOf(edit: Edit, world: ReadonlyMap<string, KubernetesObject>): readonly Change[] {
  switch (edit.type) {
    case 'put':
      return [{ type: 'upsert', object: edit.object }];
    case 'delete':
      return [{ type: 'delete', ref: { kind: edit.kind, namespace: edit.namespace, name: edit.name } }];
    case 'rename': {
      const metadata = { ...edit.object.metadata, name: edit.to };
      const renamed = { ...edit.object, metadata } as KubernetesObject;
      return [
        { type: 'delete', ref: refOf(edit.object) },
        { type: 'upsert', object: renamed },
      ];
    }
    case 'delete namespace':
      return [...world.values()]
        .filter(({ metadata }) => metadata.namespace === edit.namespace)
        .map((object) => ({ type: 'delete', ref: refOf(object) }));
  }
}
