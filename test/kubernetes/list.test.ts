import { expect, it } from 'vitest';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { listAll } from '../../kubernetes/list.ts';
import { resources } from '../../kubernetes/resources.ts';
import { type Names, secretNames, type Watched } from '../../kubernetes/watched.ts';
import { listOf, proxy } from './scripted-server.ts';

it('asks for the next page before it decodes the last one, and answers no item twice', async () => {
  const happened: string[] = [];
  const pages = [listOf([proxy('a', '1')], '7', 'more'), listOf([proxy('b', '1')], '7', 'last'), listOf([], '7')];
  const client: Pick<KubernetesClient, 'get'> = {
    async get(_path, { query }) {
      happened.push(`ask ${query?.['continue'] ?? 'first'}`);
      return pages.shift();
    },
  };
  const watched: Watched<Names> = {
    resource: resources.HTTPProxy,
    namespace: null,
    fieldSelector: null,
    namesOnly: false,
    read(_raw, names) {
      happened.push(`read ${names.name}`);
      return names;
    },
  };
  const { items } = await listAll(client as KubernetesClient, watched, new AbortController().signal);
  expect(happened).toEqual(['ask first', 'ask more', 'read a', 'ask last', 'read b']);
  expect([...items.keys()]).toEqual(['shop/a', 'shop/b']);
});

it('tells nothing of a list that has expired after the list that is taken instead', async () => {
  const told: string[] = [];
  const page = (count: number, next: string) => ({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '5', continue: next },
    items: Array.from({ length: count }, (_, index) => ({
      metadata: { namespace: 'x', name: `of ${count}, ${index}`, resourceVersion: '1' },
    })),
  });
  const client = {
    async get(_path: string, { query = {} }: { readonly query?: Readonly<Record<string, string>> }) {
      if (query['continue'] !== undefined) throw new ApiError(410, 'Expired', 'expired');
      return query['limit'] === undefined ? page(10, '') : page(500, 'more');
    },
  } as unknown as KubernetesClient;
  const watched = secretNames(resources.Secret, null);
  const { items } = await listAll(client, watched, new AbortController().signal, (part) => told.push(...part.keys()));
  told.push('whole');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(items.size).toBe(10);
  expect(told.at(-1)).toBe('whole');
  expect(told.slice(-11, -1)).toEqual([...items.keys()]);
});
