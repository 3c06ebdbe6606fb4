import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { parseAllDocuments } from 'yaml';
import { type Asked, fakeApi, type FakeApi, sendStatus } from '../fake-api.ts';
import { world } from './samples.ts';

interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

const resources: ReadonlyMap<string, string> = new Map([
  ['httpproxies', 'HTTPProxy'],
  ['tlscertificatedelegations', 'TLSCertificateDelegation'],
  ['services', 'Service'],
  ['endpointslices', 'EndpointSlice'],
  ['ingresses', 'Ingress'],
  ['secrets', 'Secret'],
  ['pods', 'Pod'],
]);

/** An API server that holds the manifests of the samples, and lets everybody do everything. */
export async function worldApi(...others: readonly Stored[]): Promise<FakeApi> {
  const read = parseAllDocuments(readFileSync(world, 'utf8')).map((document) => document.toJS() as Stored);
  const objects = [...read, ...others].map((object) => ({
    ...object,
    metadata: { uid: object.metadata.name, resourceVersion: '1', ...object.metadata },
  }));
  const api = await fakeApi();
  api.answers.set('*', (response, asked) => answer(response, asked, objects));
  return api;
}

function answer(response: ServerResponse, { method, path, query, headers }: Asked, objects: readonly Stored[]): void {
  const send = (body: object): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (method === 'POST') return send({ status: { allowed: true, userInfo: { username: 'kim' } } });
  const [, group = '', namespace = null, resource = '', name = null] =
    /^\/(api\/v1|apis\/[^/]+\/v1)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const kind = resources.get(resource);
  if (kind === undefined) return sendStatus(response, 404, 'NotFound', `the server could not find ${path}`);
  const items = objects.filter(
    (each) => each.kind === kind && (namespace === null || each.metadata.namespace === namespace),
  );
  if (name === null && headers.accept?.includes('PartialObjectMetadataList') === true)
    return send({
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadataList',
      metadata: { resourceVersion: '1' },
      items: items.filter((item) => fits(query.get('labelSelector'), item)).map(({ metadata }) => ({ metadata })),
    });
  if (name === null)
    return send({
      apiVersion: group.replace(/^apis?\//, ''),
      kind: `${kind}List`,
      metadata: { resourceVersion: '1' },
      items,
    });
  const found = items.find(({ metadata }) => metadata.name === name);
  if (found === undefined) return sendStatus(response, 404, 'NotFound', `${resource} "${name}" not found`);
  send(found);
}

/** Of selectors no more than `team=cart`. */
function fits(selector: string | null, { metadata }: Stored): boolean {
  if (selector === null) return true;
  const [name = '', value = ''] = selector.split('=');
  return metadata.labels?.[name] === value;
}
