import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { eventually } from '../../test/support/eventually.ts';
import { hostProxy, type Manifest, service } from '../manifests.ts';
import { type Api, never, proxiesPath } from './api.ts';
import { backendPort, backends } from './backends.ts';
import { inLanes } from './lanes.ts';

const otherServices = 98;
const lanes = 32;
const crds = new URL('../../crds/', import.meta.url);

/** The CRDs, a namespace, a hundred Services of which two are used, and `hosts` HTTPProxies. */
export async function fill(api: Api, hosts: number): Promise<void> {
  await createCrds(api);
  await create(api, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
  for (const { name, address } of backends) await createService(api, name, address);
  for (let index = 0; index < otherServices; index += 1) await createService(api, `own-${index}`, '10.244.200.3');
  await eventually(async () => void (await api.get(proxiesPath, { signal: never })), 20_000);
  await inLanes(lanes, hosts, (index) => create(api, proxiesPath, proxyOf(index)));
}

function proxyOf(index: number): Manifest {
  return hostProxy(index, 'a', `own-${index % otherServices}`);
}

async function createCrds(api: Api): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const file of readdirSync(crds).filter((name) => name.endsWith('.yaml')))
    for (const document of parseAllDocuments(readFileSync(new URL(file, crds), 'utf8')))
      await create(api, path, document.toJS() as Manifest);
}

async function createService(api: Api, name: string, address: string): Promise<void> {
  const [own, slice] = service(name, backendPort, address) as [Manifest, Manifest];
  await create(api, '/api/v1/namespaces/bench/services', own);
  await create(api, '/apis/discovery.k8s.io/v1/namespaces/bench/endpointslices', slice);
}

async function create(api: Api, path: string, body: Manifest): Promise<void> {
  await api.write(path, { method: 'POST', body, signal: never });
}
