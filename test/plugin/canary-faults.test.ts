import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../files/edit/json-patch.ts';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { builtPlugin } from './built-plugin.ts';
import { proxyOf } from './canary/proxies.ts';
import { debugEndpoint, reportHead } from './debug-endpoint.ts';
import { fakeApi, kubeconfig, sendStatus, type FakeApi } from './fake-api.ts';
import { tableOf } from './screens/canaries.ts';

const plugin = builtPlugin();
const path = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies/web';

let api: FakeApi;
let version: number;
let proxy: JsonObject;
/** What the API server makes of each PATCH in turn; the last one stays. */
let patches: ((response: ServerResponse) => void)[];

const send = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const current = (): JsonObject => ({
  ...proxy,
  metadata: { ...(proxy['metadata'] as JsonObject), resourceVersion: String(version) },
});
const patchCount = () => api.asked.filter(({ method }) => method === 'PATCH').length;

beforeEach(async () => {
  api = await fakeApi();
  onTestFinished(() => api.close());
  version = 1;
  proxy = proxyOf('/ v1=100 v2=0');
  patches = [(response) => send(response, current())];
  api.answers.set(path, (response, { method }) => {
    if (method === 'GET') return send(response, current());
    const [next] = patches.length > 1 ? patches.splice(0, 1) : patches;
    next?.(response);
  });
  api.answers.set('/api/v1/namespaces/shop/services/v1', (response) => send(response, {}));
  api.answers.set('/api/v1/namespaces/shop/services/v2', (response) => send(response, {}));
  for (const each of ['endpointslices'])
    api.answers.set(`/apis/discovery.k8s.io/v1/namespaces/shop/${each}`, (response) =>
      send(response, { items: [{ endpoints: [{ addresses: ['10.0.0.1'] }] }] }),
    );
});

function canaryWaiting(...args: readonly string[]) {
  const file = join(temporaryDirectory(), 'config');
  writeFileSync(file, kubeconfig(api.url, {}, 'shop'));
  return plugin.run(['canary', ...args], { env: { KUBECONFIG: file, USER: 'kim' } });
}
const canary = (...args: readonly string[]) => canaryWaiting(...args, '--wait=false');
const moveAndWait = (...args: readonly string[]) => canaryWaiting('web', '--weight=5', ...args);
const move = (...args: readonly string[]) => canary('web', '--weight=5', ...args);
const refuse = (code: number, reason: string, message: string) => (response: ServerResponse) =>
  sendStatus(response, code, reason, message);
/** Somebody else writes in between. */
const raced = (response: ServerResponse): void => {
  version += 1;
  sendStatus(response, 422, 'Invalid', 'the server rejected our request due to an error in our request');
};

test('the patch says what it is and who sends it', async () => {
  expect(await move()).toMatchObject({ code: 0 });
  const patch = api.asked.find(({ method }) => method === 'PATCH');
  expect(patch?.headers['content-type']).toBe('application/json-patch+json');
  expect(patch?.query.get('fieldManager')).toBe('kubectl-contour');
  expect(patch?.query.has('fieldValidation')).toBe(false);
});

test.each([
  ['--validate', 'Strict'],
  ['--validate=strict', 'Strict'],
  ['--validate=true', 'Strict'],
  ['--validate=warn', 'Warn'],
  ['--validate=ignore', 'Ignore'],
  ['--validate=false', 'Ignore'],
])('%s tells the API server what to do about unknown fields', async (flag, fieldValidation) => {
  expect(await move(flag, '--field-manager=kim')).toMatchObject({ code: 0 });
  const patch = api.asked.find(({ method }) => method === 'PATCH');
  expect(Object.fromEntries(patch?.query ?? [])).toEqual({ fieldManager: 'kim', fieldValidation });
});

test('a validation that is none', async () => {
  expect(await move('--validate=maybe')).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: --validate is strict, warn or ignore, not "maybe"\nSee 'kubectl contour canary --help' for usage.\n`,
  });
  expect(api.asked).toEqual([]);
});

describe('somebody else is faster', () => {
  test('three times, and then not', async () => {
    patches = [raced, raced, raced, (response) => send(response, current())];
    expect(await move()).toMatchObject({ code: 0, stderr: '' });
    expect(patchCount()).toBe(4);
  });

  test('again and again', async () => {
    patches = [raced];
    proxy = {
      ...proxy,
      metadata: {
        ...(proxy['metadata'] as JsonObject),
        managedFields: [{ manager: 'kim', fieldsV1: { 'f:spec': { 'f:routes': {} } } }],
      },
    };
    expect(await move()).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: "kim" is changing web at the same time, 4 times now\nNothing was changed. Look, and try again: kubectl contour canary status\n',
    });
    expect(patchCount()).toBe(4);
  });

  test('with a conflict', async () => {
    patches = [
      (response) => {
        version += 1;
        sendStatus(response, 409, 'Conflict', 'the object has been modified');
      },
      (response) => send(response, current()),
    ];
    expect(await move()).toMatchObject({ code: 0 });
  });

  test('and has moved it to where it should be', async () => {
    patches = [
      (response) => {
        proxy = proxyOf('/ v1=95 v2=5');
        raced(response);
      },
    ];
    expect(await move('--to=v2')).toMatchObject({ code: 0, stdout: expect.stringContaining('unchanged') as string });
    expect(patchCount()).toBe(1);
  });

  test('and nobody was: the refusal is told', async () => {
    patches = [refuse(422, '', 'the server rejected our request due to an error in our request')];
    expect(await move()).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: the API server refuses the change of web: the server rejected our request due to an error in our request\nNothing was changed.\n',
    });
  });
});

describe('who would answer cannot be looked at', () => {
  const slices = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';

  test.each([
    [429, 'TooManyRequests', 'The API server is busy: try again later.'],
    [500, 'InternalError', 'Try again; -v=6 tells which request it is.'],
  ])('because of a %d: nothing is changed', async (code, reason, hint) => {
    api.answers.set(slices, refuse(code, reason, 'not now'));
    expect(await move()).toEqual({
      code: 1,
      stdout: '',
      stderr: `Error from server (${reason}): not now\n${hint}\n`,
    });
    expect(patchCount()).toBe(0);
  });

  test('for want of a right: it is changed, and what was not checked is said', async () => {
    api.answers.set(slices, refuse(403, 'Forbidden', 'no slices for kim'));
    const unchecked =
      'Warning: whether services are ready is not known: the right to list endpointslices.discovery.k8s.io in namespace shop is missing\n';
    expect(await move()).toMatchObject({ code: 0, stderr: unchecked });
    expect(patchCount()).toBe(1);
    expect(await move('--force')).toMatchObject({ code: 0, stderr: '' });
  });

  test('canary status tells which right is missing, with its Role', async () => {
    api.answers.set('/api/v1/namespaces/shop/services/v1', refuse(403, 'Forbidden', 'no services for kim'));
    const { code, stdout, stderr } = await plugin.run(['canary', 'status', 'web', '-n', 'shop', '-s', api.url]);
    expect({ code }).toEqual({ code: 0 });
    expect(stdout).toMatch(/ v2:80 /);
    expect(stderr).toMatch(
      /^The right to get services in namespace shop is missing\. This Role, bound to you, would grant it:\n {2}apiVersion/,
    );
  });
});

describe('a switch is to be aborted, and hosts may not be listed', () => {
  const list = '/apis/projectcontour.io/v1/httpproxies';
  const missing =
    /^Error from server \(Forbidden\): no list\nThe right to list httpproxies\.projectcontour\.io in all namespaces is missing\./;

  test.each([['shop.example.com/cart'], ['shop.example.com']])('%s', async (word) => {
    api.answers.set(list, refuse(403, 'Forbidden', 'no list'));
    const { code, stdout, stderr } = await canary('abort', word);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(missing);
  });

  test('a name with a point is asked for all the same', async () => {
    api.answers.set(list, refuse(403, 'Forbidden', 'no list'));
    api.answers.set(path.replace(/web$/, 'web.v2'), (response) => send(response, current()));
    const { code, stderr } = await canary('abort', 'web.v2');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing is on record/) as string,
    });
  });
});

describe('written, and not live in time', () => {
  const report = (...items: readonly object[]) => ({ ...reportHead('RouteTable'), items });
  const row = ([v1, v2]: readonly [number, number], programmed: object, more: object = {}): object => ({
    ...tableOf(proxyOf(`/ v1=${v1} v2=${v2}`), 0, 0).items[0],
    programmed,
    ...more,
  });
  const sync = 'See who is behind: kubectl contour sync';
  const explain = 'kubectl contour status --explain';
  const missing = [
    { envoy: 'envoy-c', message: 'no such filter' },
    { envoy: 'envoy-b', message: null },
  ];

  // What the API server answers to the PATCH is v1=100 v2=0.
  test.each([
    [
      'an Envoy refuses it',
      [row([100, 0], { envoys: 1, of: 3, missing })],
      `2/3 envoys have not confirmed it after 1s: envoy-c refused it: no such filter, envoy-b has not accepted it yet\n${sync}`,
    ],
    [
      'an older one is served',
      [row([90, 10], { envoys: 3, of: 3 })],
      `the controller does not serve it after 1s\n${sync}`,
    ],
    ['it is not served', [], `the controller serves no route of web after 1s\nSee why: ${explain}`],
    [
      'it is invalid',
      [
        row(
          [100, 0],
          { envoys: 3, of: 3 },
          {
            action: { type: 'Error', status: 503, reason: 'ServiceUnresolvedReference' },
            status: { valid: false, verified: true, reasons: [{ reason: 'ServiceError', message: 'no v2' }] },
          },
        ),
      ],
      `web is not served: ServiceError: no v2\nSee what to do about it: ${explain}`,
    ],
  ])('%s', async (_, items, said) => {
    const { url } = await debugEndpoint(report(...items));
    const { code, stdout, stderr } = await moveAndWait('--timeout=1s', '--debug-url', url);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: written, but ${said}\n` });
    expect(stdout).toMatch(/^httpproxy\.projectcontour\.io\/web patched\n/);
    expect(stdout).toMatch(/undo: kubectl contour canary abort web/);
  });

  test('nobody has answered, and nobody is waited for', async () => {
    api.answers.set('/api/v1/pods', () => {});
    const { code, stderr } = await moveAndWait('--timeout=1s');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: written, but nobody has said after 1s whether it is live\n${sync}\n`,
    });
  });
});

describe('an API server in trouble', () => {
  test('what validation refuses is told in its words', async () => {
    patches = [refuse(422, 'Invalid', 'HTTPProxy "web" is invalid: spec.routes[0]: too bad')];
    expect(await move()).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'Error from server (Invalid): HTTPProxy "web" is invalid: spec.routes[0]: too bad\nweb was not changed.\n',
    });
  });

  test('deleted in between', async () => {
    patches = [refuse(404, 'NotFound', 'httpproxies.projectcontour.io "web" not found')];
    expect(await move()).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Error from server (NotFound): httpproxies.projectcontour.io "web" not found: it was deleted in between\nSee what is there: kubectl get httpproxies -n shop\n',
    });
  });

  test('deleted between one try and the next', async () => {
    patches = [
      (response) => {
        api.answers.set(path, (again) =>
          sendStatus(again, 404, 'NotFound', 'httpproxies.projectcontour.io "web" not found'),
        );
        raced(response);
      },
    ];
    const { code, stderr } = await move();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error from server \(NotFound\): httpproxies.projectcontour.io "web" not found\n/);
  });

  test('busy, and then not', async () => {
    const busy = (response: ServerResponse): void => {
      response.setHeader('retry-after', '0');
      sendStatus(response, 429, 'TooManyRequests', 'try again later');
    };
    patches = [busy, busy, (response) => send(response, current())];
    expect(await move()).toMatchObject({ code: 0 });
    patches = [busy];
    const { code, stderr } = await move();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'Error from server (TooManyRequests): try again later: nothing was changed\nThe API server is busy: try again later.\n',
    });
  });

  test('broken: nobody knows what became of it, and that is said', async () => {
    patches = [refuse(500, 'InternalError', 'etcd went away')];
    expect(await move()).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Error from server (InternalError): etcd went away: it is not known whether web was changed\nLook before you try again: kubectl contour canary status web\n',
    });
  });

  test('cut off in the middle', async () => {
    patches = [(response) => void response.socket?.destroy()];
    const { code, stderr } = await move();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: http:.*: it is not known whether web was changed\nLook before you try again: /);
  });

  test('silent', async () => {
    patches = [() => {}];
    const { code, stderr } = await move('--request-timeout=300ms');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: http:.*: it is not known whether web was changed\n/);
    api.answers.set(path, () => {});
    const reading = await move('--request-timeout=300ms');
    expect(reading).toMatchObject({ code: 1, stdout: '' });
    expect(reading.stderr).toMatch(/^error: http:/);
  });

  test('without HTTPProxies', async () => {
    api.answers.set(path, (response) => sendStatus(response, 404, '', '404 page not found'));
    expect(await move()).toMatchObject({
      code: 1,
      stderr:
        'error: this cluster has no HTTPProxies: their CRD is not installed\nIs it the cluster that is meant? kubectl config current-context\n',
    });
  });
});
