import { expect, test } from 'vitest';
import type { KubernetesClient, Query } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { failingClient } from '../../plugin/load/api-failure.ts';
import { findControllers, namedControllers } from '../../plugin/load/find-controllers.ts';

const { signal } = new AbortController();

const controller = (namespace: string, name: string) => ({
  metadata: {
    namespace,
    name,
    labels: { 'app.kubernetes.io/name': 'contour', 'app.kubernetes.io/part-of': 'kubectl-contour' },
  },
  spec: { containers: [{ name: 'contour', command: ['contour'], args: ['serve'] }] },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});

/** What may be read, by its path; `null` is not there, and all else is refused. */
function someone(allowed: Readonly<Record<string, object | null>>): KubernetesClient {
  return {
    get(path: string, { query = {} }: { readonly query?: Query }) {
      const found = allowed[path];
      if (found === undefined) return Promise.reject(new ApiError(403, 'Forbidden', `${path} is forbidden`));
      if (found === null) return Promise.reject(new ApiError(404, 'NotFound', 'not found'));
      const isOfSelector = query['labelSelector'] !== 'app=contour';
      return Promise.resolve(Array.isArray(found) ? { items: isOfSelector ? found : [] } : found);
    },
    write: () => Promise.reject(new Error('nothing is written')),
    lines: () => {
      throw new Error('nothing is followed');
    },
  };
}

const service = [{ metadata: { namespace: 'edge', name: 'contour' } }];

test('who may not list Pods everywhere finds the controllers by their Service', async () => {
  const client = someone({
    '/api/v1/services': service,
    '/api/v1/namespaces/edge/pods': [controller('edge', 'contour-1')],
  });
  expect(await findControllers(client, 'shop', signal)).toMatchObject({ type: 'ours', pods: [{ namespace: 'edge' }] });
});

test('who may not look at Pods where that Service is, is told of the right that is enough', async () => {
  const client = someone({ '/api/v1/services': service, '/api/v1/namespaces/shop/pods': [] });
  expect(await findControllers(client, 'shop', signal)).toMatchObject({
    type: 'none',
    why: expect.stringMatching(
      /^no Pod in namespace shop is labelled .*, and those of others may not be listed$/,
    ) as unknown,
    missing: { verb: 'list', resource: 'pods', namespace: 'edge' },
  });
  expect(await findControllers(someone({ '/api/v1/services': service }), 'shop', signal)).toMatchObject({
    why: 'Pods may not be listed to look for a controller; --controller names one',
    missing: { namespace: 'edge' },
  });
});

test('who may see no Service is left with a namespace', async () => {
  const client = someone({ '/api/v1/namespaces/shop/pods': [controller('shop', 'contour-1')] });
  expect(await findControllers(client, 'shop', signal)).toMatchObject({ type: 'ours', pods: [{ namespace: 'shop' }] });
  expect(await findControllers(someone({}), 'shop', signal)).toMatchObject({ missing: { namespace: null } });
});

test('of the Deployment and the Service that a name may mean, one that may be seen is enough', async () => {
  const pods = {
    '/api/v1/namespaces/edge/pods/contour': null,
    '/api/v1/namespaces/edge/pods': [controller('edge', 'a')],
  };
  const named = (client: KubernetesClient) =>
    namedControllers(failingClient(client, 'server'), { namespace: 'edge', name: 'contour' }, signal);
  const selected = { spec: { selector: { app: 'x' } } };
  expect(await named(someone({ ...pods, '/api/v1/namespaces/edge/services/contour': selected }))).toMatchObject([
    { name: 'a' },
  ]);
  await expect(named(someone(pods))).rejects.toMatchObject({
    message: expect.stringContaining('services/contour is forbidden') as unknown,
    hints: expect.arrayContaining([
      expect.stringMatching(/^The right to get services "contour" in namespace edge is missing/) as unknown,
    ]) as unknown,
  });
});
