import { describe, expect, it } from 'vitest';
import { inspectKeyPair } from '../../../kubernetes/key-pair.ts';
import { createCompiler } from '../../../routing/compile.ts';
import { defaultSettings } from '../../../routing/graph/settings.ts';
import { decode } from '../../../routing/objects/decode.ts';

/** As much as etcd takes. Work that grows with its square would be minutes, and a test's time is bounded. */
const many = 12_000;
const all = <T>(item: (index: number) => T) => Array.from({ length: many }, (_, index) => item(index));

const proxy = (spec: object) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name: 'big' },
  spec: { virtualhost: { fqdn: 'big.example.com' }, ...spec },
});
const ingress = (spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    namespace: 'shop',
    name: 'big',
    annotations: { 'projectcontour.io/websocket-routes': all((index) => `/${index}`).join(',') },
  },
  spec,
});
const path = (value: string, port: unknown = 80) => ({
  path: value,
  pathType: 'Prefix',
  backend: { service: { name: 'web', port: { number: port } } },
});
const prefix = (index: number) => [{ prefix: `/${index}` }];

/** How many objects are told something, first with the object and then without it. */
function comeAndGo(manifest: object): readonly number[] {
  const decoded = decode(manifest);
  if (decoded.type !== 'object') throw new Error(`it is ${decoded.type}`);
  const compiler = createCompiler(defaultSettings, { inspectKeyPair });
  compiler.apply([{ type: 'upsert', object: decoded.object }]);
  const told = compiler.graph.objects.size;
  compiler.apply([{ type: 'delete', ref: { kind: decoded.object.kind, namespace: 'shop', name: 'big' } }]);
  return [told, compiler.graph.objects.size + compiler.graph.hosts.size];
}

describe('one object keeps nobody waiting, however big', () => {
  it.each<readonly [string, object]>([
    ['routes that are null', proxy({ routes: all(() => null) })],
    [
      'routes with faults',
      proxy({ routes: all((i) => ({ conditions: prefix(i), services: [{ name: 'a', port: 'x' }] })) }),
    ],
    ['routes with a stray field', proxy({ routes: all((i) => ({ conditions: prefix(i), ipAlowPolicy: [] })) })],
    ['routes', proxy({ routes: all((i) => ({ conditions: prefix(i), services: [{ name: 'a', port: 80 }] })) })],
    ['routes with one match', proxy({ routes: all(() => ({ services: [{ name: 'a', port: 80 }] })) })],
    ['services with faults', proxy({ routes: [{ services: all(() => ({ name: 'a', port: 'x' })) }] })],
    ['includes', proxy({ includes: all((i) => ({ name: `child-${i}`, conditions: prefix(i) })) })],
    ['includes with faults', proxy({ includes: all((i) => ({ name: 5, conditions: prefix(i) })) })],
    ['hosts', ingress({ rules: all((i) => ({ host: `h${i}.example.com`, http: { paths: [path('/')] } })) })],
    ['paths', ingress({ rules: [{ host: 'a.example.com', http: { paths: all((i) => path(`/${i}`)) } }] })],
    [
      'paths with faults',
      ingress({ rules: [{ host: 'a.example.com', http: { paths: all((i) => path(`/${i}`, 'x')) } }] }),
    ],
    [
      'certificates',
      ingress({
        rules: all((i) => ({ host: `h${i}.example.com`, http: { paths: [path('/')] } })),
        tls: all((i) => ({ hosts: [`h${i}.example.com`], secretName: `s${i}` })),
      }),
    ],
  ])('%s', (_, manifest) => expect(comeAndGo(manifest)).toEqual([1, 0]));
});

it('a name that no host can have is no host', () => {
  const decoded = decode(proxy({ virtualhost: { fqdn: `${'a'.repeat(250)}.com` } }));
  if (decoded.type !== 'object') throw new Error(`it is ${decoded.type}`);
  const { graph, apply } = createCompiler(defaultSettings, { inspectKeyPair });
  apply([{ type: 'upsert', object: decoded.object }]);
  const [status] = graph.objects.values();
  expect(status).toMatchObject({
    currentStatus: 'invalid',
    diagnostics: [
      {
        pointer: '/spec/virtualhost/fqdn',
        reason: 'FQDNNotSpecified',
        message:
          'virtualhost.fqdn names no host that can be served: it has 254 characters, and no name has more than 253',
      },
    ],
  });
});
