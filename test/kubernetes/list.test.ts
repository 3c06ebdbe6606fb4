import { expect, it } from 'vitest';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { listAll } from '../../kubernetes/list.ts';
import { resources } from '../../kubernetes/resources.ts';
import type { Names, Watched } from '../../kubernetes/watched.ts';
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
