import { expect, test } from 'vitest';
import type { BackendOverride } from '../../controller/dev/backends.ts';
import { createEndpointOverlay } from '../../controller/dev/endpoint-overlay.ts';
import type { Change, EndpointSlice, Service } from '../../routing/objects/kubernetes-object.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';

function metadata(name: string) {
  return { namespace: 'shop', name, generation: 1, creationTimestamp: null, annotations: new Map<string, string>() };
}

function service(name: string, ports: readonly [string, number][], type = 'ClusterIP'): Service {
  return {
    kind: 'Service',
    metadata: metadata(name),
    problems: [],
    spec: {
      type,
      externalName: type === 'ExternalName' ? 'example.com' : null,
      ports: ports.map(([portName, port]) => ({ name: portName, port, protocol: 'TCP', appProtocol: null })),
    },
  };
}

function slice(name: string, of: string, ready = true, ports: readonly string[] = ['']): EndpointSlice {
  return {
    kind: 'EndpointSlice',
    metadata: metadata(name),
    problems: [],
    service: of,
    addressType: 'IPv4',
    ports: ports.map((portName) => ({ name: portName, port: 8080, protocol: 'TCP' })),
    endpoints: [{ addresses: ['10.0.0.1'], ready }],
  };
}

const upsert = (object: Service | EndpointSlice): Change => ({ type: 'upsert', object });
const remove = (object: Service | EndpointSlice): Change => ({ type: 'delete', ref: refOf(object) });

/** The slices the loop holds for a Service, as `address:port portName`, after these batches. */
async function told(
  batches: readonly (readonly Change[])[],
  options: { echo?: boolean; overrides?: readonly BackendOverride[] } = {},
) {
  let next = 40_000;
  const overlay = createEndpointOverlay({
    overrides: options.overrides ?? [],
    openEcho: options.echo === false ? null : async () => ({ port: ++next, close: async () => {} }),
    say: () => {},
  });
  const slices = new Map<string, string>();
  for (const batch of batches) {
    for (const change of await overlay.through(batch)) {
      if (change.type === 'delete') slices.delete(change.ref.name);
      else if (change.object.kind === 'EndpointSlice') slices.set(change.object.metadata.name, spell(change.object));
    }
  }
  return [...slices.values()].sort();
}

function spell({ endpoints, ports, addressType }: EndpointSlice): string {
  const [endpoint] = endpoints;
  return `${addressType} ${endpoint?.addresses[0]} ${ports.map(({ name, port }) => `${name}=${port}`).join()}${endpoint?.ready ? '' : ' not ready'}`;
}

const web = service('web', [['', 80]]);

test('echo answers for each port of a Service without slices', async () => {
  expect(
    await told([
      [
        upsert(
          service('web', [
            ['http', 80],
            ['admin', 90],
          ]),
        ),
      ],
    ]),
  ).toEqual(['IPv4 127.0.0.1 admin=40002', 'IPv4 127.0.0.1 http=40001']);
});

test('echo is only on demand', async () => {
  expect(await told([[upsert(web)]], { echo: false })).toEqual([]);
});

test('an ExternalName and a missing Service get none', async () => {
  expect(await told([[upsert(service('web', [['', 80]], 'ExternalName'))]])).toEqual([]);
  expect(await told([[upsert(web)], [remove(web)]])).toEqual([]);
});

test('a slice with nothing ready keeps echo away', async () => {
  expect(await told([[upsert(web), upsert(slice('mine', 'web', false))]])).toEqual(['IPv4 10.0.0.1 =8080 not ready']);
});

test('echo goes when a slice comes and is back when it goes', async () => {
  const mine = slice('mine', 'web');
  expect(await told([[upsert(web)], [upsert(mine)]])).toEqual(['IPv4 10.0.0.1 =8080']);
  expect(await told([[upsert(web)], [upsert(mine)], [remove(mine)]])).toEqual(['IPv4 127.0.0.1 =40001']);
});

test('a slice that moves to another Service moves its echo', async () => {
  const batches = [
    [upsert(web), upsert(service('api', [['', 80]])), upsert(slice('mine', 'web'))],
    [upsert(slice('mine', 'api'))],
  ];
  expect(await told(batches)).toEqual(['IPv4 10.0.0.1 =8080', 'IPv4 127.0.0.1 =40002']);
});

test('--backend replaces the endpoints of one port and leaves the others', async () => {
  const two = service('web', [
    ['http', 80],
    ['admin', 90],
  ]);
  const overrides = [{ namespace: 'shop', service: 'web', servicePort: 80, host: '::1', port: 9000 }];
  expect(await told([[upsert(two), upsert(slice('mine', 'web', true, ['http', 'admin']))]], { overrides })).toEqual([
    'IPv4 10.0.0.1 admin=8080',
    'IPv6 ::1 http=9000',
  ]);
  expect(await told([[upsert(two)]], { overrides })).toEqual(['IPv4 127.0.0.1 admin=40001', 'IPv6 ::1 http=9000']);
});

test.each([
  ['web', null, []],
  ['web', 80, []],
  ['web', 99, ['--backend shop/web:99 changes nothing: Service shop/web has no port 99, only 80, 90']],
  ['zzz', null, ['--backend shop/zzz changes nothing: there is no Service shop/zzz, only shop/api, shop/web']],
])('--backend for %s port %s is told where it moves nothing', async (name, servicePort, expected) => {
  const overrides = [{ namespace: 'shop', service: name, servicePort, host: '127.0.0.1', port: 9000 }];
  const overlay = createEndpointOverlay({ overrides, openEcho: null, say: () => {} });
  const two = service('web', [
    ['http', 80],
    ['admin', 90],
  ]);
  await overlay.through([upsert(two), upsert(service('api', [['', 80]])), upsert(slice('mine', 'gone'))]);
  expect(overlay.idle()).toEqual(expected);
});

test('other objects pass in their order', async () => {
  const overlay = createEndpointOverlay({ overrides: [], openEcho: null, say: () => {} });
  const namespace: Change = { type: 'delete', ref: { kind: 'Namespace', namespace: '', name: 'shop' } };
  expect(await overlay.through([namespace, upsert(web), upsert(slice('mine', 'web'))])).toEqual([
    namespace,
    upsert(web),
    upsert(slice('mine', 'web')),
  ]);
});
