import { afterEach, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../../controller/daemon.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { decode } from '../../routing/objects/decode.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { selfSigned } from '../support/certificate.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function start(): Promise<Daemon> {
  const daemon = await startDaemon({
    compile: defaultSettings,
    envoy: defaultEnvoySettings,
    xds: { tls: null },
    debug: { address: '127.0.0.1', port: 0 },
    health: null,
    source: { start: async () => {}, stop() {}, locate: () => null, faults: () => [], onFaults() {} },
    reads: { directory: 'manifests' },
    statisticsOf: () => null,
    readyChecks: () => [],
  });
  cleanups.push(daemon.close);
  return daemon;
}

function put(manifest: object): Change {
  const decoded = decode(manifest);
  if (decoded.type !== 'object') throw new Error('no object');
  return { type: 'upsert', object: decoded.object };
}

const metadata = (name: string) => ({ namespace: 'shop', name });
const proxy = put({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: metadata('web'),
  spec: {
    virtualhost: { fqdn: 'web.example.com', tls: { secretName: 'cert' } },
    routes: [{ directResponsePolicy: { statusCode: 200 } }],
  },
});
const secret = (certificate: Buffer, key: Buffer): Change =>
  put({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: metadata('cert'),
    data: { 'tls.crt': certificate.toString('base64'), 'tls.key': key.toString('base64') },
  });

test('of a world that is not whole nothing is told', async () => {
  const { loop, debugPort, addSource } = await start();
  const { sink, draft } = addSource();
  draft([proxy]);
  const ask = async (page: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${debugPort}/debug/${page}`)).status;
  const pages = ['routes', 'status', 'trace?url=http://web.example.com/', 'tree'];
  expect(await Promise.all(pages.map(ask))).toEqual([503, 503, 503, 503]);
  sink([], 0);
  await loop.idle();
  expect(await Promise.all(pages.map(ask))).toEqual([200, 200, 200, 200]);
});

test('a certificate that came before the world was whole stays when a broken one replaces it', async () => {
  const { certificate, key } = selfSigned('web.example.com');
  const { loop, addSource } = await start();
  const { sink, draft } = addSource();
  draft([proxy, secret(certificate, key)]);
  sink([], 0);
  await loop.idle();
  const served = loop.graph.secrets.get('shop/cert');
  expect(served).toBeDefined();
  sink([secret(Buffer.from('broken'), key)], 1);
  await loop.idle();
  expect(loop.graph.secrets.get('shop/cert')).toEqual(served);
});
