import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { applyPatch, isObject, type JsonObject, type PatchOperation, valueAt } from '../../../files/edit/json-patch.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { builtPlugin } from '../built-plugin.ts';
import { proxyOf } from '../canary/proxies.ts';
import { worldApi } from '../conventions/world-api.ts';
import { type FakeApi, kubeconfig, sendStatus } from '../fake-api.ts';
import { openTerminal } from './terminal.ts';

const plugin = builtPlugin();
const list = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies';
const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const annotation = '/metadata/annotations/kubectl-contour.io~1canary';

let api: FakeApi;
let proxy: JsonObject;
let patches: number;
/** Whether a PATCH is refused, by how many there were. */
let refused: (patch: number) => boolean;
/** Called when it is asked who somebody is, once a first step was written. */
let onWho: (answer: () => void) => void;
/** Called when the object is read. */
let onRead: () => void;

const send = (response: ServerResponse, body: object): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

async function patch(response: ServerResponse): Promise<void> {
  patches += 1;
  if (refused(patches)) return sendStatus(response, 403, 'Forbidden', 'the webhook of the shop says no');
  const patched = applyPatch(proxy, (await json(response.req)) as readonly PatchOperation[]);
  if (patched.type !== 'patched' || !isObject(patched.value)) return sendStatus(response, 422, 'Invalid', 'no fit');
  proxy = patched.value;
  send(response, proxy);
}

beforeEach(async () => {
  api = await worldApi();
  onTestFinished(() => api.close());
  proxy = proxyOf('/ web-v1=100 web-v2=0');
  patches = 0;
  refused = () => false;
  onWho = (answer) => answer();
  onRead = () => {};
  api.answers.set(`${list}/web`, (response, { method }) => {
    if (method !== 'GET') return void patch(response);
    const heard = onRead;
    onRead = () => {};
    heard();
    send(response, proxy);
  });
  api.answers.set(list, (response, { query }) => {
    // Nothing is told of what changes.
    if (query.get('watch') !== null) response.writeHead(200).flushHeaders();
    else
      send(response, {
        apiVersion: 'projectcontour.io/v1',
        kind: 'HTTPProxyList',
        metadata: { resourceVersion: '1' },
        // Without a version it would not be believed, and the screen would be stale.
        items: [{ ...proxy, metadata: { ...(proxy['metadata'] as JsonObject), resourceVersion: '1' } }],
      });
  });
  api.answers.set(whoAmI, (response) => {
    const answer = (): void => send(response, { status: { userInfo: { username: 'kim' } } });
    if (patches === 0) answer();
    else onWho(answer);
  });
});

const weights = () => [0, 1].map((place) => valueAt(proxy, `/spec/routes/0/services/${place}/weight`));
function record(): { readonly run?: object } | null {
  const text = valueAt(proxy, annotation);
  return typeof text === 'string' ? (JSON.parse(text) as { readonly run?: object }) : null;
}

function run(...args: readonly string[]) {
  const file = join(temporaryDirectory(), 'config');
  writeFileSync(file, kubeconfig(api.url, {}, 'shop'));
  const words = ['canary', 'run', 'web', '--to=web-v2', '--steps=10,50', '--interval=60s', '--watch', '--wait=false'];
  const env = { KUBECONFIG: file, USER: 'kim' };
  return openTerminal([process.execPath, plugin.file, ...words, ...args], { env });
}

describe('an interrupt between the first step and the screen', () => {
  test.each([
    ['hold', [90, 10]],
    ['abort', [100, 0]],
  ] as const)('does what --on-interrupt=%s says', async (how, left) => {
    const isNear = new Promise<() => void>((resolve) => void (onWho = resolve));
    const terminal = await run(`--on-interrupt=${how}`);
    const answer = await isNear;
    onWho = (each) => each();
    // The screen has to wait until the interrupt is acted on.
    onRead = answer;
    process.kill(await terminal.pid(), 'SIGINT');
    expect(await terminal.code()).toBe(130);
    expect(weights()).toEqual(left);
    expect(record()?.run).toBeUndefined();
  });
});

test('whoever may not watch is told afterwards what would have to be granted', async () => {
  const listed = api.answers.get(list);
  api.answers.set(list, (response, asked) => {
    if (asked.query.get('watch') === null) listed?.(response, asked);
    else sendStatus(response, 403, 'Forbidden', 'kim may not watch');
  });
  const file = join(temporaryDirectory(), 'config');
  writeFileSync(file, kubeconfig(api.url, {}, 'shop'));
  const words = ['canary', 'watch', 'web', '--to=web-v2'];
  const terminal = await openTerminal([process.execPath, plugin.file, ...words], { env: { KUBECONFIG: file } });
  await terminal.sees('kim may not watch');
  await terminal.types('q');
  await terminal.sees('The right to watch httpproxies.projectcontour.io in namespace shop is missing.');
  await terminal.sees('verbs: ["get", "list", "watch"]');
});

describe('whoever takes the wheel', () => {
  test('leaves nobody on record who drives, though it is refused', async () => {
    refused = (count) => count === 2;
    const terminal = await run();
    await terminal.sees('driven by kim');
    expect(record()?.run).toBeDefined();
    await terminal.presses('Up', 'Enter');
    await terminal.sees('the webhook of the shop says no');
    await eventually(() => expect(record()).not.toHaveProperty('run'));
    expect(weights()).toEqual([90, 10]);
    await terminal.presses('C-c');
    expect(await terminal.code()).toBe(130);
  });

  test('drives, and nobody else does any more', async () => {
    const terminal = await run();
    await terminal.sees('driven by kim');
    await terminal.presses('Up', 'Enter');
    await eventually(() => expect(weights()).toEqual([89, 11]));
    await eventually(() => expect(record()).not.toHaveProperty('run'));
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test('is told where nobody could let go', async () => {
    refused = (count) => count > 1;
    const terminal = await run();
    await terminal.sees('driven by kim');
    await terminal.presses('Up', 'Enter');
    await terminal.sees('the webhook of the shop says no');
    await terminal.presses('C-c');
    expect(await terminal.code()).toBe(1);
    expect(await terminal.isAlternate()).toBe(false);
    // What it takes to let go.
    expect(await terminal.screen()).toContain('verbs: ["patch"]');
  });
});
