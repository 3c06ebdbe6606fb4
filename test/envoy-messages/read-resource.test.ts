import { expect, test } from 'vitest';
import type { Graph, HostGraph, HostName, SecureHost } from '../../routing/graph/graph.ts';
import { decodeResource } from '../../controller/debug/decode-resource.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { hashes } from './hashes.ts';

const host = 'shop.example.com' as HostName;
const marker = 'MARKER-OF-A-KEY';
const secure: SecureHost = {
  secret: { namespace: 'shop', name: 'cert' },
  minimumProtocolVersion: '1.2',
  maximumProtocolVersion: '1.3',
  routes: [],
};

function worldOfOneHost() {
  const graph: Graph = {
    hosts: new Map([[host, { host, routes: [], secure, holder: null, lost: [], visits: [] } satisfies HostGraph]]),
    endpoints: new Map(),
    secrets: new Map([
      [
        'shop/cert',
        { key: 'shop/cert', certificateChain: Buffer.from(marker), privateKey: { reveal: () => Buffer.from(marker) } },
      ],
    ]),
    objects: new Map(),
  };
  const change = {
    hosts: new Set([host]),
    endpoints: new Set<never>(),
    secrets: new Set(['shop/cert']),
    objects: new Set<never>(),
  };
  return createWorld('ads-delta', { ...defaultEnvoySettings, useProxyProtocol: true }, hashes).update(graph, change)
    .upserts;
}

test('every resource can be read, packed messages inside too', () => {
  const resources = worldOfOneHost();
  const types = new Set(resources.map(({ type }) => type));
  expect(types).toContain(typeUrl.listener);
  expect(types).toContain(typeUrl.secret);
  for (const resource of resources) {
    // What is still packed shows its bytes beside its type.
    expect(JSON.stringify(decodeResource(resource))).not.toMatch(/"typeUrl":/);
  }
  const listener = resources.find(({ type, name }) => type === typeUrl.listener && name.includes('https'));
  expect(listener && decodeResource(listener)).toMatchObject({
    filterChains: [
      { filters: [{ typedConfig: { '@type': expect.stringContaining('HttpConnectionManager') as unknown } }] },
    ],
  });
});

test('of a Secret only the name is shown', () => {
  const secret = worldOfOneHost().find(({ type }) => type === typeUrl.secret);
  const shown = JSON.stringify(secret && decodeResource(secret));
  expect(shown).toContain('shop/cert');
  expect(shown).not.toContain(marker);
  expect(shown).not.toContain(Buffer.from(marker).toString('base64'));
});
