import { expect, test } from 'vitest';
import { createSecretGate } from '../../controller/source/secret-gate.ts';
import { ApiError, ConnectionError } from '../../kubernetes/errors.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { decode } from '../../routing/objects/decode.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';

function objectOf(raw: object): KubernetesObject {
  const decoded = decode(raw);
  if (decoded.type !== 'object') throw new Error('no object');
  return decoded.object;
}

function proxy(name: string, secretName: string | null, more: object = {}): Change {
  const virtualhost = { fqdn: `${name}.example.com`, ...(secretName === null ? {} : { tls: { secretName } }) };
  const metadata = { namespace: 'shop', name };
  return {
    type: 'upsert',
    object: objectOf({
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata,
      spec: { virtualhost, ...more },
    }),
  };
}

function ingress(name: string, secretName: string, className: string): Change {
  const spec = { ingressClassName: className, tls: [{ hosts: ['a.example.com'], secretName }] };
  return {
    type: 'upsert',
    object: objectOf({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace: 'shop', name },
      spec,
    }),
  };
}

const gone = (name: string): Change => ({ type: 'delete', ref: { kind: 'HTTPProxy', namespace: 'shop', name } });

/** A gate, the requests it makes, and what it lets through: `+Kind/namespace/name`, `-Kind/namespace/name`. */
function gateOf(settings = defaultSettings) {
  const requests: { readonly key: string; answer(found: boolean): Promise<void>; fail(error: Error): Promise<void> }[] =
    [];
  const passed: string[] = [];
  const troubles = new Map<string, string>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const gate = createSecretGate({
    settings,
    clock: { now: () => 7, random: () => 0, sleep: async () => {} },
    signal: new AbortController().signal,
    get: (key) =>
      new Promise((resolve, reject) => {
        const [namespace, name] = key.split('/');
        const secret = objectOf({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } });
        requests.push({
          key,
          answer: (found) => (resolve(found ? secret : null), turn()),
          fail: (error) => (reject(error), turn()),
        });
      }),
    sink: (changes) =>
      passed.push(
        ...changes.map((change) =>
          change.type === 'upsert' ? `+${refKey(refOf(change.object))}` : `-${refKey(change.ref)}`,
        ),
      ),
    onTrouble: (key, reason) => void (reason === null ? troubles.delete(key) : troubles.set(key, reason)),
  });
  return {
    gate,
    requests,
    troubles,
    asked: () => requests.map(({ key }) => key),
    put: (name: string, resourceVersion = '1') =>
      gate.names([{ type: 'put', item: { namespace: 'shop', name, resourceVersion } }]),
    remove: (name: string) => gate.names([{ type: 'gone', namespace: 'shop', name }]),
    objects: (...changes: readonly Change[]) => gate.objects(changes, 1),
    /** What has passed since it was asked last. */
    passed: () => passed.splice(0),
  };
}

test('a Secret that nobody names is never asked for', () => {
  const { gate, put, objects, asked, passed } = gateOf();
  put('other');
  gate.open();
  put('helm');
  objects(proxy('web', null));
  expect([asked(), passed(), gate.settled]).toEqual([[], ['+HTTPProxy/shop/web'], true]);
});

test('what names a Secret waits for it, and nothing else waits', async () => {
  const { gate, put, objects, asked, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'), proxy('plain', null));
  expect([asked(), passed(), gate.settled]).toEqual([['shop/cert'], ['+HTTPProxy/shop/plain'], false]);
  await requests[0]!.answer(true);
  expect([passed(), gate.settled]).toEqual([['+Secret/shop/cert', '+HTTPProxy/shop/web'], true]);
});

test('before the names are known all that names one waits; then what names a missing one goes on', async () => {
  const { gate, put, objects, asked, passed, requests } = gateOf();
  objects(proxy('web', 'cert'), proxy('odd', 'missing'));
  put('cert');
  expect([asked(), passed(), gate.settled]).toEqual([[], [], false]);
  gate.open();
  expect([asked(), passed(), gate.settled]).toEqual([['shop/cert'], ['+HTTPProxy/shop/odd'], false]);
  await requests[0]!.answer(true);
  expect([passed(), gate.settled]).toEqual([['+Secret/shop/cert', '+HTTPProxy/shop/web'], true]);
});

test('moving to another certificate keeps the old one until the new one is here', async () => {
  const { gate, put, objects, passed, requests } = gateOf();
  gate.open();
  put('old');
  put('new');
  objects(proxy('web', 'old'));
  await requests[0]!.answer(true);
  passed();
  objects(proxy('web', 'new'));
  expect(passed()).toEqual([]);
  await requests[1]!.answer(true);
  expect(passed()).toEqual(['+Secret/shop/new', '+HTTPProxy/shop/web', '-Secret/shop/old']);
});

test('the last that named a Secret takes it along', async () => {
  const { gate, put, objects, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('one', 'cert'), proxy('two', 'cert'));
  await requests[0]!.answer(true);
  passed();
  objects(gone('one'));
  expect(passed()).toEqual(['-HTTPProxy/shop/one']);
  objects(gone('two'));
  expect(passed()).toEqual(['-HTTPProxy/shop/two', '-Secret/shop/cert']);
});

test('a Secret that changes is fetched again, once for each change; one that is deleted is gone', async () => {
  const { gate, put, remove, objects, asked, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'));
  await requests[0]!.answer(true);
  passed();
  put('cert');
  expect(asked()).toHaveLength(1);
  put('cert', '2');
  put('cert', '3');
  expect(asked()).toHaveLength(2);
  await requests[1]!.answer(true);
  expect(asked()).toHaveLength(3);
  await requests[2]!.answer(true);
  expect(passed()).toEqual(['+Secret/shop/cert', '+Secret/shop/cert']);
  remove('cert');
  expect(passed()).toEqual(['-Secret/shop/cert']);
  put('cert', '4');
  await requests[3]!.answer(true);
  expect(passed()).toEqual(['+Secret/shop/cert']);
});

test('a Secret that is deleted while it is fetched is not waited for, and not delivered', async () => {
  const { gate, put, remove, objects, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'));
  remove('cert');
  expect(passed()).toEqual(['+HTTPProxy/shop/web']);
  await requests[0]!.answer(true);
  expect(passed()).toEqual([]);
});

test('an object that is deleted while it waits is gone, and so is its wish', async () => {
  const { gate, put, objects, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'));
  objects(gone('web'));
  await requests[0]!.answer(true);
  expect([passed(), gate.settled]).toEqual([['-HTTPProxy/shop/web'], true]);
});

test('a Secret that is named and gone when it is asked for is missing', async () => {
  const { gate, put, objects, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'));
  await requests[0]!.answer(false);
  expect(passed()).toEqual(['+HTTPProxy/shop/web']);
});

test('a fault is tried again and said; what waits goes on waiting', async () => {
  const { gate, put, objects, passed, requests, troubles } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'));
  await requests[0]!.fail(new ConnectionError('cut'));
  expect([passed(), troubles.get('shop/cert')]).toEqual([[], 'Secret shop/cert cannot be read: cut']);
  await requests[1]!.answer(true);
  expect([passed(), troubles.size]).toEqual([['+Secret/shop/cert', '+HTTPProxy/shop/web'], 0]);
});

test('a Secret that may not be read holds nothing up, and comes when it may; one that is here stays', async () => {
  const { gate, put, objects, passed, requests } = gateOf();
  gate.open();
  put('cert');
  objects(proxy('web', 'cert'));
  await requests[0]!.fail(new ApiError(403, 'Forbidden', 'no'));
  expect(passed()).toEqual(['+HTTPProxy/shop/web']);
  await requests[1]!.answer(true);
  expect(passed()).toEqual(['+Secret/shop/cert']);
  put('cert', '2');
  await requests[2]!.fail(new ApiError(403, 'Forbidden', 'no'));
  expect(passed()).toEqual([]);
});

test.each([
  ['of another class', { ingressClassName: 'nginx' }, defaultSettings],
  ['outside the root namespaces', {}, { ...defaultSettings, rootNamespaces: ['infra'] }],
])('what an object %s names is not asked for', (_name, more, settings) => {
  const { gate, put, objects, asked, passed } = gateOf(settings);
  gate.open();
  put('cert');
  objects(proxy('web', 'cert', more), ingress('web', 'cert', 'nginx'));
  expect([asked(), passed()]).toEqual([[], ['+HTTPProxy/shop/web', '+Ingress/shop/web']]);
});

const infraCert = (resourceVersion = '1'): Parameters<ReturnType<typeof gateOf>['gate']['names']>[0] => [
  { type: 'put', item: { namespace: 'infra', name: 'cert', resourceVersion } },
];

function delegation(...targetNamespaces: readonly string[]): Change {
  const object = objectOf({
    apiVersion: 'projectcontour.io/v1',
    kind: 'TLSCertificateDelegation',
    metadata: { namespace: 'infra', name: 'lend' },
    spec: { delegations: [{ secretName: 'cert', targetNamespaces }] },
  });
  return { type: 'upsert', object };
}

const notLent: Change = {
  type: 'delete',
  ref: { kind: 'TLSCertificateDelegation', namespace: 'infra', name: 'lend' },
};

test('a Secret that another namespace lends is asked for, and the delegation waits for it', async () => {
  const { gate, objects, asked, passed, requests } = gateOf();
  gate.open();
  gate.names(infraCert());
  objects(proxy('web', 'infra/cert'), delegation('blog'));
  expect([asked(), passed()]).toEqual([[], ['+HTTPProxy/shop/web', '+TLSCertificateDelegation/infra/lend']]);
  objects(delegation('blog', 'shop'));
  expect([asked(), passed(), gate.settled]).toEqual([['infra/cert'], [], false]);
  await requests[0]!.answer(true);
  expect(passed()).toEqual(['+Secret/infra/cert', '+TLSCertificateDelegation/infra/lend']);
});

test('what names a Secret that is lent waits for it', async () => {
  const { gate, objects, passed, requests } = gateOf();
  gate.open();
  gate.names(infraCert());
  objects(delegation('*'));
  expect(passed()).toEqual(['+TLSCertificateDelegation/infra/lend']);
  objects(proxy('web', 'infra/cert'));
  expect(passed()).toEqual([]);
  await requests[0]!.answer(true);
  expect(passed()).toEqual(['+Secret/infra/cert', '+HTTPProxy/shop/web']);
});

test.each([
  ['its delegation is gone', notLent, '-TLSCertificateDelegation/infra/lend'],
  ['it is lent to others only', delegation('blog'), '+TLSCertificateDelegation/infra/lend'],
  ['nobody borrows it', gone('web'), '-HTTPProxy/shop/web'],
])('the bytes of a Secret are gone as soon as %s', async (_when, change, passes) => {
  const { gate, objects, passed, requests } = gateOf();
  gate.open();
  gate.names(infraCert());
  objects(delegation('shop'), proxy('web', 'infra/cert'));
  await requests[0]!.answer(true);
  passed();
  objects(change);
  expect([passed(), gate.settled]).toEqual([[passes, '-Secret/infra/cert'], true]);
});

test('a Secret of another namespace is not asked for; an Ingress of ours names its own', () => {
  const { gate, put, objects, asked } = gateOf();
  gate.open();
  gate.names([{ type: 'put', item: { namespace: 'infra', name: 'cert', resourceVersion: '1' } }]);
  put('cert');
  objects(proxy('web', 'infra/cert'), proxy('odd', '/'), proxy('empty', ''));
  expect(asked()).toEqual([]);
  objects(proxy('own', 'shop/cert'), ingress('web', 'cert', 'contour'));
  expect(asked()).toEqual(['shop/cert']);
});

test('not all are fetched at once', async () => {
  const { gate, put, objects, asked, requests } = gateOf();
  gate.open();
  for (let index = 0; index < 40; index += 1) {
    put(`cert-${index}`);
    objects(proxy(`web-${index}`, `cert-${index}`));
  }
  expect(asked()).toHaveLength(16);
  for (let index = 0; index < 40; index += 1) await requests[index]!.answer(true);
  expect([new Set(asked()).size, gate.settled]).toEqual([40, true]);
});
