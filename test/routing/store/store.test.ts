import { describe, expect, it } from 'vitest';
import { type Change, type KubernetesObject, refOf } from '../../../routing/objects/kubernetes-object.ts';
import { readKey } from '../../../routing/store/read-key.ts';
import { createStore } from '../../../routing/store/store.ts';
import { root, service } from './objects.ts';

const put = (object: KubernetesObject): Change => ({ type: 'upsert', object });
const drop = (object: KubernetesObject): Change => ({ type: 'delete', ref: refOf(object) });
const web = service('shop', 'web', 80);

describe('the store', () => {
  it('touches the object and, for the first of its kind, the presence of the kind', () => {
    const store = createStore();
    expect(store.apply([put(web)])).toEqual(new Set([readKey.object(refOf(web)), readKey.presence('Service')]));
    const other = service('shop', 'other', 80);
    expect(store.apply([put(other)])).toEqual(new Set([readKey.object(refOf(other))]));
    expect(store.apply([drop(other), drop(web)])).toContain(readKey.presence('Service'));
    expect(store.has('Service')).toBe(false);
  });

  it('touches nothing for an equal value, or for what was not there', () => {
    const store = createStore();
    store.apply([put(web)]);
    expect(store.apply([put(service('shop', 'web', 80))])).toEqual(new Set());
    expect(store.get('Service', 'shop', 'web')).toBe(web);
    expect(store.apply([drop(service('shop', 'gone', 80))])).toEqual(new Set());
  });

  it('touches both hosts when a root moves', () => {
    const store = createStore();
    store.apply([put(root('shop', 'web', 'one.example.com'))]);
    const touched = store.apply([put(root('shop', 'web', 'two.example.com'))]);
    expect(touched).toContain(readKey.claims('one.example.com'));
    expect(touched).toContain(readKey.claims('two.example.com'));
    expect(store.list(readKey.claims('one.example.com'))).toEqual([]);
    expect(store.list(readKey.claims('two.example.com'))).toHaveLength(1);
  });

  it('lists by name, whatever came first', () => {
    const store = createStore();
    const objects = ['c', 'a', 'b'].map((name) => root('shop', name, 'one.example.com'));
    store.apply(objects.map(put));
    const names = store.list(readKey.claims('one.example.com')).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('takes a batch in order', () => {
    const store = createStore();
    store.apply([put(web), drop(web), put(service('shop', 'web', 81))]);
    expect(store.get('Service', 'shop', 'web')?.spec.ports[0]?.port).toBe(81);
  });
});
