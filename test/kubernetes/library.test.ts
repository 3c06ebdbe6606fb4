import { ListWatch } from '@kubernetes/client-node/dist/cache.js';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node/dist/types.js';
import { Watch } from '@kubernetes/client-node/dist/watch.js';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { follow } from './follow.ts';
import { json, line, listOf, playServer, proxy, refusal, type Step, watch } from './scripted-server.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** What the server does at each list, and at each watch. A watch more says nothing. */
interface Script {
  readonly lists: readonly Step[];
  readonly watches: readonly Step[];
}

function play({ lists, watches }: Script): { readonly steps: readonly Step[]; isOver(): boolean } {
  const [nextLists, nextWatches] = [[...lists], [...watches]];
  const step: Step = (response, request) => {
    const isWatch = request.url?.includes('watch=') === true;
    const next = isWatch ? (nextWatches.shift() ?? watch('')) : nextLists.shift();
    next?.(response, request);
  };
  return { steps: Array.from({ length: 50 }, () => step), isOver: () => nextLists.length + nextWatches.length === 0 };
}

/** The names that the library's own ListWatch knows, when it has given up or gone silent. */
async function libraryWorld(script: Script): Promise<readonly string[]> {
  const server = await playServer(play(script).steps);
  const config = new KubeConfig();
  const cluster = { name: 'one', server: server.url, skipTLSVerify: true };
  config.loadFromClusterAndUser(cluster, { name: 'one' });
  const path = '/apis/projectcontour.io/v1/httpproxies';
  const list = async (): Promise<KubernetesListObject<KubernetesObject>> => {
    const response = await fetch(`${server.url}${path}`);
    // As the library's generated clients do.
    if (!response.ok) throw Object.assign(new Error('refused'), { code: response.status });
    return (await response.json()) as KubernetesListObject<KubernetesObject>;
  };
  const listWatch = new ListWatch<KubernetesObject>(path, new Watch(config), list, false, undefined, undefined, {
    delayFn: async () => {},
  });
  const failed = new Promise<void>((resolve) => listWatch.on('error', () => resolve()));
  const silent = once(AbortSignal.timeout(silenceMs), 'abort');
  cleanups.push(async () => {
    await listWatch.stop();
    await server.close();
  });
  void listWatch.start();
  await Promise.race([failed, silent]);
  return listWatch.list().map(({ metadata }) => metadata?.name ?? '');
}

/** What it has not asked for by then it does not ask for: its delays are taken away, and its time-out is 30 s. */
const silenceMs = 500;

const first = json(listOf([proxy('a', '3')], '7'));
const second = json(listOf([proxy('b', '4')], '9'));
const addsB = watch(line('ADDED', proxy('b', '8')));
const expired = refusal(410, 'Expired');
const many = Array.from({ length: 20 }, (_, index) => proxy(`p${index}`, '1'));
const manyNames = many.map((_, index) => `p${index}`);

test.each<[string, readonly string[], Script]>([
  [
    'a list in pages',
    ['a', 'b'],
    { lists: [json(listOf([proxy('a', '3')], '7', 'token')), json(listOf([proxy('b', '4')], '7'))], watches: [] },
  ],
  ['a reset', ['a', 'b'], { lists: [first], watches: [watch('', 'reset'), addsB] }],
  ['5xx', ['a', 'b'], { lists: [first], watches: [refusal(500, 'InternalError'), addsB] }],
  ['429', ['a', 'b'], { lists: [first], watches: [refusal(429, 'TooManyRequests'), addsB] }],
  ['a right that is granted later', ['a'], { lists: [refusal(403, 'Forbidden'), first], watches: [] }],
  ['a CRD that is installed later', ['a'], { lists: [json('', 404), first], watches: [] }],
  ['a line that is not JSON', ['b'], { lists: [first, second], watches: [watch('{\n')] }],
  ['an unknown type of event', ['b'], { lists: [first, second], watches: [watch(line('MOVED', proxy('c', '8')))] }],
  ['items: null', ['a'], { lists: [first, json(listOf(null, '8')), first], watches: [expired] }],
  [
    'a list that most of the world is missing from',
    manyNames,
    { lists: [json(listOf(many, '7')), json(listOf([], '8')), json(listOf(many, '9'))], watches: [expired] },
  ],
])('%s: ours ends with the world as it is, the library does not', async (_name, names, script) => {
  const { steps, isOver } = play(script);
  const ours = await follow(steps);
  cleanups.push(ours.stop);
  await ours.until(() => isOver() && [...ours.world].sort().join() === [...names].sort().join());
  expect((await libraryWorld(script)).toSorted()).not.toEqual([...names].sort());
});

test('where nothing goes wrong the library knows the world too', async () => {
  const world = await libraryWorld({ lists: [first, second], watches: [watch('', 'end'), addsB] });
  expect(world.toSorted()).toEqual(['a', 'b']);
});
