import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { follow } from './follow.ts';
import { libraryWorld, type LibraryOptions } from './library-world.ts';
import { bookmark, json, line, listOf, proxy, refusal, type Step, watch } from './scripted-server.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** What the server does at each list, and at each watch. A watch more says nothing. */
interface Script {
  readonly lists: readonly Step[];
  readonly watches: readonly Step[];
  /** What a list more is answered that nobody had to ask for. */
  readonly needless?: Step;
}

/** Of the library's ListWatch: alone, and where its caller starts it again after each error. */
interface Verdicts {
  readonly alone: 'passes' | 'fails';
  readonly restarted: 'passes' | 'fails';
}

const isWatch = (url: URL): boolean => url.searchParams.has('watch');

function play({ lists, watches, needless }: Script): { readonly steps: readonly Step[]; isOver(): boolean } {
  const [nextLists, nextWatches] = [[...lists], [...watches]];
  const step: Step = (response, request) => {
    const asksToWatch = isWatch(new URL(request.url ?? '', 'http://server'));
    const next = asksToWatch ? (nextWatches.shift() ?? watch('')) : (nextLists.shift() ?? needless);
    next?.(response, request);
  };
  return { steps: Array.from({ length: 100 }, () => step), isOver: () => nextLists.length + nextWatches.length === 0 };
}

interface Seen {
  readonly names: readonly string[];
  readonly requests: readonly URL[];
}

/** Whether somebody who asked for this knows the world as it is, and asked for no more of it than was needed. */
function passes({ names, requests }: Seen, isOver: boolean, expected: readonly string[], { lists }: Script): boolean {
  const isRight = [...names].sort().join() === [...expected].sort().join();
  return isOver && isRight && requests.filter((url) => !isWatch(url)).length === lists.length;
}

/** What it has not done by then, in ms, it does not do: its delays are taken away. Who is to pass may be slow. */
const patienceMs = { passes: 15_000, fails: 700 };

async function verdictOnLibrary(
  expected: readonly string[],
  script: Script,
  options: LibraryOptions,
  verdict: keyof typeof patienceMs,
): Promise<'passes' | 'fails'> {
  const { steps, isOver } = play(script);
  const library = await libraryWorld(steps, options);
  cleanups.push(library.stop);
  const isPassed = () => passes({ names: library.names(), requests: library.requests() }, isOver(), expected, script);
  return eventually(() => {
    if (isPassed()) return 'passes' as const;
    if (library.gaveUp()) return 'fails' as const;
    throw new Error('not yet');
  }, patienceMs[verdict]).catch(() => 'fails');
}

const needsNobody: Verdicts = { alone: 'passes', restarted: 'passes' };
const needsRestart: Verdicts = { alone: 'fails', restarted: 'passes' };
const fails: Verdicts = { alone: 'fails', restarted: 'fails' };

const first = json(listOf([proxy('a', '3')], '7'));
const second = json(listOf([proxy('b', '4')], '9'));
const addsB = watch(line('ADDED', proxy('b', '8')));
const ends = watch('', 'end');
const expired = refusal(410, 'Expired');
const expiredEvent = watch(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }), 'end');
const many = Array.from({ length: 20 }, (_, index) => proxy(`p${index}`, '1'));
const manyNames = many.map((_, index) => `p${index}`);
const silentRequest: Step = () => {};

const queryOf = (request: Parameters<Step>[1]) => new URL(request.url ?? '', 'http://server').searchParams;
/** A server that sends bookmarks to those who allow them, and ends the watch. */
const quiet: Step = (response, request) =>
  watch(queryOf(request).has('allowWatchBookmarks') ? bookmark('20') : '', 'end')(response, request);
const silentQuiet: Step = (response, request) =>
  watch(queryOf(request).has('allowWatchBookmarks') ? bookmark('20') : '')(response, request);
/** One that has forgotten what was before. */
const remembersSince =
  (oldest: number, step: Step): Step =>
  (response, request) =>
    (Number(queryOf(request).get('resourceVersion')) < oldest ? expired : step)(response, request);

test.each<[string, readonly string[], Script, Verdicts]>([
  [
    'a list in pages',
    ['a', 'b'],
    { lists: [json(listOf([proxy('a', '3')], '7', 'token')), json(listOf([proxy('b', '4')], '7'))], watches: [] },
    fails,
  ],
  [
    'a quiet kind, of which the server has told only a bookmark',
    ['a', 'b'],
    { lists: [first], watches: [quiet, remembersSince(20, addsB)], needless: json(listOf([proxy('a', '3')], '20')) },
    fails,
  ],
  [
    'a bookmark that goes back',
    ['a', 'b', 'c'],
    {
      lists: [first],
      watches: [
        watch(line('ADDED', proxy('b', '15')) + bookmark('8'), 'end'),
        remembersSince(15, watch(line('ADDED', proxy('c', '16')))),
      ],
      needless: json(listOf([proxy('a', '3'), proxy('b', '15')], '15')),
    },
    fails,
  ],
  [
    'a watch that the server ends, and remembers since its last event only',
    ['a', 'b', 'c'],
    {
      lists: [first],
      watches: [
        watch(line('ADDED', proxy('b', '15')), 'end'),
        remembersSince(15, watch(line('ADDED', proxy('c', '16')))),
      ],
      needless: json(listOf([], '15')),
    },
    needsNobody,
  ],
  ['410 as a status', ['b'], { lists: [first, second], watches: [expired] }, needsNobody],
  ['410 as an event', ['b'], { lists: [first, second], watches: [expiredEvent] }, needsNobody],
  ['a stream that falls silent', ['a', 'b'], { lists: [first], watches: [watch(''), addsB] }, needsNobody],
  ['a watch that is never answered', ['a', 'b'], { lists: [first], watches: [silentRequest, addsB] }, needsNobody],
  [
    'a stream that is cut in the middle of a line',
    ['a', 'b'],
    { lists: [first], watches: [watch(line('DELETED', proxy('a', '9')).slice(0, -20), 'end'), addsB] },
    needsNobody,
  ],
  [
    'a page that has expired, which is 410',
    ['b'],
    { lists: [json(listOf([proxy('a', '3')], '7', 'token')), expired, second], watches: [] },
    fails,
  ],
  [
    'a stream that is cut in the middle of a line by a reset',
    ['a', 'b'],
    { lists: [first], watches: [watch(line('DELETED', proxy('a', '9')).slice(0, -20), 'reset'), addsB] },
    needsRestart,
  ],
  [
    'a stream that falls silent in the middle of a line',
    ['a', 'b'],
    { lists: [first], watches: [watch(line('DELETED', proxy('a', '9')).slice(0, -20)), addsB] },
    needsNobody,
  ],
  [
    'a stream that falls silent, of which the server remembers only what a bookmark told',
    ['a', 'b'],
    {
      lists: [first],
      watches: [silentQuiet, remembersSince(20, addsB)],
      needless: json(listOf([proxy('a', '3')], '20')),
    },
    fails,
  ],
  [
    'a reset, after which the server remembers since its last event only',
    ['a', 'b', 'c'],
    {
      lists: [first],
      watches: [
        watch(line('ADDED', proxy('b', '15')), 'reset'),
        remembersSince(15, watch(line('ADDED', proxy('c', '16')))),
      ],
      needless: json(listOf([], '15')),
    },
    needsRestart,
  ],
  ['a reset', ['a', 'b'], { lists: [first], watches: [watch('', 'reset'), addsB] }, needsRestart],
  ['5xx', ['a', 'b'], { lists: [first], watches: [refusal(500, 'InternalError'), addsB] }, needsRestart],
  ['5xx of a list', ['a'], { lists: [refusal(503, 'ServiceUnavailable'), first], watches: [] }, needsRestart],
  ['429', ['a', 'b'], { lists: [first], watches: [refusal(429, 'TooManyRequests'), addsB] }, needsRestart],
  [
    '429 of a list',
    ['a'],
    { lists: [refusal(429, 'TooManyRequests', { 'retry-after': '1' }), first], watches: [] },
    needsRestart,
  ],
  ['a right that is granted later', ['a'], { lists: [refusal(403, 'Forbidden'), first], watches: [] }, needsRestart],
  [
    'a right that is taken for a while',
    ['a', 'b'],
    { lists: [first], watches: [ends, refusal(403, 'Forbidden'), addsB] },
    needsRestart,
  ],
  ['a CRD that is installed later', ['a'], { lists: [json('', 404), first], watches: [] }, needsRestart],
  ['a line that is not JSON', ['b'], { lists: [first, second], watches: [watch('{\n')] }, fails],
  [
    'an unknown type of event',
    ['b'],
    { lists: [first, second], watches: [watch(line('MOVED', proxy('c', '8')))] },
    fails,
  ],
  ['items: null', ['a'], { lists: [first, json(listOf(null, '8')), first], watches: [expired] }, fails],
  [
    'a list that most of the world is missing from',
    manyNames,
    { lists: [json(listOf(many, '7')), json(listOf([], '8')), json(listOf(many, '9'))], watches: [expired] },
    fails,
  ],
])(
  "%s: ours ends with the world as it is, and so does the library's or not",
  async (_name, names, script, verdicts) => {
    const { steps, isOver } = play(script);
    const ours = await follow(steps);
    cleanups.push(ours.stop);
    const requests = () => ours.server.requests.map(({ url }) => url);
    await ours.until(() => passes({ names: [...ours.world], requests: requests() }, isOver(), names, script));
    const [alone, restarted] = await Promise.all([
      verdictOnLibrary(names, script, { restarts: false }, verdicts.alone),
      verdictOnLibrary(names, script, { restarts: true }, verdicts.restarted),
    ]);
    expect({ alone, restarted }).toEqual(verdicts);
  },
);
