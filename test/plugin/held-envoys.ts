import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { parse } from 'yaml';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError, ConnectionError } from '../../kubernetes/errors.ts';
import { failingClient } from '../../plugin/load/api-failure.ts';
import type { Cluster } from '../../plugin/load/cluster.ts';
import { dumpPaths } from '../../xds/envoy/dump/pages.ts';
import type { DumpPages } from '../../xds/envoy/dump/read-dump.ts';

/** What an Envoy says that was told its routes by Contour; each call answers a copy to change. */
export function contourPages(): DumpPages {
  return parse(contourText()) as DumpPages;
}

/** The same after an edit of its text. */
export function contourPagesWith(from: string, to: string): DumpPages {
  const text = contourText();
  if (!text.includes(from)) throw new Error(`there is no ${from} to edit`);
  return parse(text.replace(from, to)) as DumpPages;
}

function contourText(): string {
  return readFileSync(new URL('contour-dump.yaml', import.meta.url), 'utf8');
}

/** A Pod that is said to run an Envoy. */
export interface FakeEnvoy {
  readonly namespace?: string;
  readonly name: string;
  readonly isReady?: boolean;
  readonly version?: string;
  /** Null where nobody listens at the port of the administration. */
  readonly pages: DumpPages | null;
}

export interface FakeRights {
  /** Whose Pods may be listed; null is all. */
  readonly listIn?: string | null;
  readonly forward?: boolean;
  /** Where Services of Envoys are; null where Services may not be listed. */
  readonly serviceIn?: string | null;
}

/** A cluster of Pods that are said to run Envoys. */
export interface HeldEnvoys {
  readonly cluster: Cluster;
  close(): void;
}

export async function heldEnvoys(envoys: readonly FakeEnvoy[], rights: FakeRights = {}): Promise<HeldEnvoys> {
  const servers = new Map<string, Server>();
  for (const envoy of envoys) if (envoy.pages !== null) servers.set(titleOf(envoy), await adminOf(envoy, envoy.pages));
  const raw = clientOf(envoys, rights);
  const cluster: Cluster = {
    raw,
    client: failingClient(raw, 'https://cluster'),
    namespace: 'default',
    server: 'https://cluster',
    context: null,
    async dial({ namespace, pod, port }, signal) {
      if (rights.forward === false) throw forbidden('create resource "pods/portforward"');
      const server = servers.get(`${namespace}/${pod}`);
      if (server === undefined || port !== 9001) throw new ConnectionError('the kubelet says: connection refused');
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect', { signal });
      return socket;
    },
    close: async () => {},
  };
  return { cluster, close: () => servers.forEach((server) => server.close()) };
}

const titleOf = ({ namespace = 'projectcontour', name }: FakeEnvoy): string => `${namespace}/${name}`;
const forbidden = (what: string): ApiError => new ApiError(403, 'Forbidden', `User "kim" cannot ${what}`);

async function adminOf({ version = '1.36.2' }: FakeEnvoy, pages: DumpPages): Promise<Server> {
  const bodies = new Map<string, unknown>([['/server_info', { version: `abc0/${version}/Clean/RELEASE/BoringSSL` }]]);
  for (const [name, path] of Object.entries(dumpPaths)) bodies.set(path, pages[name as keyof DumpPages]);
  const server = createServer((request, response) => {
    const body = bodies.get(request.url ?? '') ?? null;
    response.writeHead(body === null ? 404 : 200).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function clientOf(envoys: readonly FakeEnvoy[], { listIn = null, serviceIn = null }: FakeRights): KubernetesClient {
  const never = (): never => {
    throw new Error('nothing but Pods and Services is asked for');
  };
  return {
    async get(path, { query = {} }) {
      if (path === '/api/v1/services') {
        if (serviceIn === null) throw forbidden('list resource "services"');
        return { items: [{ metadata: { namespace: serviceIn, name: 'envoy' } }] };
      }
      const [, namespace = null, name = null] =
        /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods(?:\/(.+))?$/.exec(path) ?? never();
      if (name === null && listIn !== null && namespace !== listIn) throw forbidden('list resource "pods"');
      const found = envoys.map(podOf).filter(({ metadata }) => namespace === null || metadata.namespace === namespace);
      if (name === null) return { items: query['labelSelector'] === 'app=envoy' ? found : [] };
      const pod = found.find(({ metadata }) => metadata.name === name);
      if (pod === undefined) throw new ApiError(404, 'NotFound', `pods "${name}" not found`);
      return pod;
    },
    write: never,
    lines: never,
  };
}

function podOf({ namespace = 'projectcontour', name, isReady = true }: FakeEnvoy) {
  return {
    metadata: { namespace, name, labels: { app: 'envoy' } },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
  };
}
