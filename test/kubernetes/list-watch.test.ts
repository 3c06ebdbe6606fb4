import { afterEach, describe, expect, test } from 'vitest';
import { follow, type Following } from './follow.ts';
import { bookmark, json, line, listOf, proxy, refusal, type Step, watch } from './scripted-server.ts';

let following: Following | null = null;
afterEach(async () => {
  await following?.stop();
  following = null;
});

async function play(...steps: readonly Step[]): Promise<Following> {
  following = await follow(steps);
  return following;
}

/** The world of a script, once all of it was played and one more request has come. */
async function worldAfter(names: readonly string[], ...steps: readonly Step[]): Promise<Following> {
  const followed = await play(...steps);
  await followed.until(() => followed.server.requests.length >= steps.length && sameNames(followed, names));
  return followed;
}

function sameNames({ world }: Following, names: readonly string[]): boolean {
  return [...world].sort().join() === [...names].sort().join();
}

function asked({ server }: Following, index: number): Record<string, string> {
  return Object.fromEntries(server.requests[index]?.url.searchParams ?? []);
}

const many = (count: number): readonly object[] => Array.from({ length: count }, (_, index) => proxy(`p${index}`, '1'));
const namesOfMany = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `p${index}`);

test('a list comes in pages, and its watch starts where it ended', async () => {
  const followed = await worldAfter(
    ['a', 'b', 'c'],
    json(listOf([proxy('a', '3')], '7', 'token')),
    json(listOf([proxy('b', '4')], '7')),
    watch(line('ADDED', proxy('c', '8'))),
  );
  expect(asked(followed, 0)).toEqual({ limit: '500' });
  expect(asked(followed, 1)).toEqual({ limit: '500', continue: 'token' });
  expect(asked(followed, 2)).toEqual({
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: '1',
    resourceVersion: '7',
  });
  expect(followed.server.requests[0]?.headers['user-agent']).toBe('test');
});

test('the first delivery is the whole list, however many pages it has', async () => {
  const deliveries: number[] = [];
  const followed = await play(json(listOf([proxy('a', '3')], '7', 'token')), json(listOf([proxy('b', '4')], '7')));
  await followed.until(() => {
    if (followed.changes.length > 0) deliveries.push(followed.changes.length);
    return followed.healths.length > 0;
  });
  expect([deliveries[0], followed.healths]).toEqual([2, [{ synced: true, state: 'current', reason: null }]]);
});

test('pages of the first list are told as they come, and what is gone at its end is taken back', async () => {
  const followed = await worldAfter(
    ['b', 'c'],
    json(listOf([proxy('a', '3')], '7', 'token')),
    refusal(410, 'Expired'),
    json(listOf([proxy('b', '4'), proxy('c', '4')], '9')),
    watch(''),
    refusal(410, 'Expired'),
    json(listOf([proxy('b', '4')], '12', 'token')),
    json(listOf([proxy('c', '4')], '12')),
  );
  expect(followed.drafts).toEqual([['a'], ['b', 'c']]);
  expect(followed.changes[0]).toEqual({ type: 'gone', namespace: 'shop', name: 'a' });
});

test('a page that has expired starts the list again, without pages', async () => {
  const followed = await worldAfter(
    ['b'],
    json(listOf([proxy('a', '3')], '7', 'token')),
    refusal(410, 'Expired'),
    json(listOf([proxy('b', '4')], '9')),
    watch(''),
  );
  expect(asked(followed, 2)).toEqual({});
});

test('nothing but decoded fields is kept', async () => {
  const followed = await worldAfter(['a'], json(listOf([proxy('a', '3')], '7')));
  expect(JSON.stringify(followed.changes)).not.toContain('MARKER');
});

test('a watch that the server ends goes on from the last version, be it of an event or of a bookmark', async () => {
  const followed = await worldAfter(
    ['a', 'b'],
    json(listOf([proxy('a', '3')], '7')),
    watch(line('MODIFIED', proxy('b', '8')), 'end'),
    watch(bookmark('20'), 'end'),
    watch(bookmark('9'), 'end'),
    watch(''),
  );
  expect([1, 2, 3, 4].map((index) => asked(followed, index)['resourceVersion'])).toEqual(['7', '8', '20', '20']);
});

test('a watch that is reset goes on from the last version after a short pause', async () => {
  const followed = await worldAfter(
    ['b'],
    json(listOf([proxy('a', '3')], '7')),
    watch(line('ADDED', proxy('b', '8')) + line('DELETED', proxy('a', '9')), 'reset'),
    watch(''),
  );
  expect(asked(followed, 2)['resourceVersion']).toBe('9');
  expect(followed.pauses).toHaveLength(1);
  expect(followed.pauses[0]).toBeLessThan(1000);
  expect(followed.healths).toHaveLength(1);
});

test('half a line at the end of a stream is no event', async () => {
  const cut = line('DELETED', proxy('a', '9')).slice(0, -20);
  const followed = await worldAfter(
    ['a', 'b'],
    json(listOf([proxy('a', '3')], '7')),
    watch(cut, 'end'),
    watch(line('ADDED', proxy('b', '8'))),
  );
  expect(asked(followed, 2)['resourceVersion']).toBe('7');
});

test('a character that is cut in two is whole', async () => {
  const bytes = Buffer.from(line('ADDED', proxy('a', '8', { spec: { ingressClassName: 'é' } })));
  const middle = bytes.indexOf(0xc3) + 1;
  const followed = await worldAfter(
    ['a'],
    json(listOf([], '7')),
    watch([bytes.subarray(0, middle), bytes.subarray(middle)]),
  );
  expect(followed.changes).toMatchObject([{ item: { spec: { ingressClassName: 'é' } } }]);
});

test('a stream that stays silent for longer than the server was told to keep it is given up', async () => {
  await worldAfter(['a', 'b'], json(listOf([proxy('a', '3')], '7')), watch(''), watch(line('ADDED', proxy('b', '8'))));
});

test.each([
  ['a line that is not JSON', 'MARKER{\n'],
  ['an event of an unknown type', line('REPLACED', proxy('b', '8'))],
  ['an event of another kind', line('ADDED', { ...proxy('b', '8'), kind: 'Pod' })],
  ['an event without a name', line('ADDED', { kind: 'HTTPProxy', metadata: {} })],
  ['an event without an object', '{"type":"ADDED"}\n'],
  ['null', 'null\n'],
  ['410 as an event', line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })],
])('%s: what came before counts, and the world is listed anew', async (_name, text) => {
  const followed = await worldAfter(
    ['c'],
    json(listOf([proxy('a', '3')], '7')),
    watch(line('ADDED', proxy('before', '8')) + text + line('ADDED', proxy('after', '9'))),
    json(listOf([proxy('c', '4')], '11')),
    watch(''),
  );
  const put = followed.changes.flatMap((change) => (change.type === 'put' ? [change.item.metadata.name] : []));
  expect(put).toEqual(['a', 'before', 'c']);
  expect(JSON.stringify(followed.healths)).not.toContain('MARKER');
});

test('410 as the status of a watch lists anew, and is no fault', async () => {
  const followed = await worldAfter(
    ['b'],
    json(listOf([proxy('a', '3')], '7')),
    refusal(410, 'Expired'),
    json(listOf([proxy('b', '4')], '9')),
    watch(''),
  );
  expect(followed.healths).toHaveLength(1);
});

test('429 is obeyed', async () => {
  const followed = await worldAfter(
    ['a', 'b'],
    refusal(429, 'TooManyRequests', { 'retry-after': '7' }),
    json(listOf([proxy('a', '3')], '7')),
    refusal(429, 'TooManyRequests', { 'retry-after': '5' }),
    watch(line('ADDED', proxy('b', '8'))),
  );
  expect(followed.pauses.map((ms) => Math.floor(ms / 1000))).toEqual([7, 5]);
  expect(asked(followed, 3)['resourceVersion']).toBe('7');
});

test('5xx and resets are tried again, ever more slowly, and keep what is known', async () => {
  const reset: Step = (response) => void response.socket?.resetAndDestroy();
  const followed = await worldAfter(
    ['a', 'b'],
    json(listOf([proxy('a', '3')], '7')),
    refusal(500, 'InternalError'),
    reset,
    refusal(503, 'ServiceUnavailable'),
    watch(line('ADDED', proxy('b', '8'))),
  );
  expect(asked(followed, 4)['resourceVersion']).toBe('7');
  const [first = 0, second = 0, third = 0] = followed.pauses;
  expect([first > 0, second > first, third > second]).toEqual([true, true, true]);
  expect(followed.healths.map(({ synced, state }) => [synced, state])).toEqual([
    [true, 'current'],
    [true, 'failing'],
    [true, 'failing'],
    [true, 'failing'],
    [true, 'current'],
  ]);
});

describe('after an outage', () => {
  const listed = json(listOf([proxy('a', '3')], '7'));
  const reset: Step = (response) => void response.socket?.resetAndDestroy();
  const away = Array.from({ length: 12 }, () => reset);
  const back = watch(line('ADDED', proxy('b', '8')));
  const longest = (pauses: readonly number[]) => Math.max(...pauses);

  test('who did not reach the server waited for seconds, however long it was away', async () => {
    const followed = await worldAfter(['a', 'b'], listed, ...away, back);
    expect(followed.pauses.length).toBe(12);
    expect(longest(followed.pauses)).toBeLessThanOrEqual(3_200);
  });

  test('a server that begins again, and remembers nothing, is waited for no longer', async () => {
    const begins = refusal(429, 'TooManyRequests', { 'retry-after': '1' });
    const expired = watch(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }));
    const anew = json(listOf([proxy('a', '3')], '7'));
    const followed = await worldAfter(['a', 'b'], listed, ...away, begins, expired, anew, back);
    const [waited = 0, relisted = 0] = followed.pauses.slice(12);
    expect([followed.pauses.length, waited <= 4_200, relisted <= 200]).toEqual([14, true, true]);
  });

  test('a server that answers with faults is left alone for longer and longer', async () => {
    const busy = Array.from({ length: 12 }, () => refusal(503, 'ServiceUnavailable'));
    const followed = await worldAfter(['a', 'b'], listed, ...busy, back);
    expect(longest(followed.pauses)).toBeGreaterThan(10_000);
  });

  test('versions that are forgotten again and again are asked about more and more slowly', async () => {
    const gone = Array.from({ length: 8 }, () => [refusal(410, 'Expired'), listed]).flat();
    const followed = await worldAfter(['a', 'b'], listed, ...gone, back);
    expect(longest(followed.pauses)).toBeGreaterThan(5_000);
  });
});

test('a kind that is denied is asked for slowly, says so, and heals', async () => {
  const followed = await worldAfter(
    ['a'],
    refusal(403, 'Forbidden'),
    refusal(403, 'Forbidden'),
    json(listOf([proxy('a', '3')], '7')),
    watch(''),
  );
  expect(followed.healths).toEqual([
    { synced: false, state: 'denied', reason: 'no: Forbidden' },
    { synced: true, state: 'current', reason: null },
  ]);
  for (const pause of followed.pauses) expect(pause).toBeGreaterThanOrEqual(3_000);
});

test('a kind that is denied later keeps what is known', async () => {
  const followed = await play(json(listOf([proxy('a', '3')], '7')), watch('', 'end'), refusal(403, 'Forbidden'));
  await followed.until(() => followed.healths.length === 2);
  expect(followed.healths[1]).toEqual({ synced: true, state: 'denied', reason: 'no: Forbidden' });
  expect([...followed.world]).toEqual(['a']);
});

test('a kind that is not installed is found when it is', async () => {
  const missing = json('404 page not found\n', 404);
  const followed = await worldAfter(['a'], missing, missing, json(listOf([proxy('a', '3')], '7')), watch(''));
  expect(followed.healths).toEqual([
    { synced: false, state: 'absent', reason: 'the API server does not know httpproxies of projectcontour.io/v1' },
    { synced: true, state: 'current', reason: null },
  ]);
  for (const pause of followed.pauses) expect(pause).toBeLessThanOrEqual(5_000);
});

test('a kind that is no longer installed keeps what was not deleted', async () => {
  const followed = await play(json(listOf([proxy('a', '3')], '7')), json('', 404), json('', 404));
  await followed.until(() => followed.healths.some(({ state }) => state === 'absent'));
  expect([...followed.world]).toEqual(['a']);
});

test.each([
  ['half a list', JSON.stringify(listOf([proxy('a', '3')], '7')).slice(0, -9)],
  ['items: null', listOf(null, '7')],
  ['no items', { ...listOf([], '7'), items: undefined }],
  ['another kind of list', { ...listOf([], '7'), kind: 'PodList' }],
  ['a list of another version', { ...listOf([], '7'), apiVersion: 'projectcontour.io/v2' }],
  ['another kind in the list', listOf([{ ...proxy('a', '3'), kind: 'Pod' }], '7')],
  ['null in the list', listOf([null], '7')],
  ['no version', listOf([], '')],
  ["a proxy's page", '<html>MARKER</html>'],
  ['null', 'null'],
  ['nothing', ''],
])('a list that is %s is refused', async (_name, body) => {
  const followed = await worldAfter(
    ['b'],
    json(listOf([proxy('b', '3')], '7')),
    refusal(410, 'Expired'),
    json(body),
    json(listOf([proxy('b', '3')], '9')),
    watch(''),
  );
  expect(followed.changes.every(({ type }) => type === 'put')).toBe(true);
  expect(JSON.stringify(followed.healths)).not.toContain('MARKER');
});

test('pages that never end are refused', async () => {
  const page = json(listOf([proxy('a', '3')], '7', 'again'));
  await worldAfter(['b'], page, page, json(listOf([proxy('b', '3')], '9')), watch(''));
});

test('a list that drops most of the world counts when a second one says so too', async () => {
  const start = [json(listOf(many(20), '7')), refusal(410, 'Expired')];
  const lie = await worldAfter(
    namesOfMany(20),
    ...start,
    json(listOf(many(9), '8')),
    json(listOf(many(20), '9')),
    watch(''),
  );
  expect(lie.changes.every(({ type }) => type === 'put')).toBe(true);
  await lie.stop();
  const truth = await worldAfter(
    namesOfMany(9),
    ...start,
    json(listOf(many(9), '8')),
    json(listOf(many(9), '9')),
    watch(''),
  );
  expect(truth.pauses).toContain(2_000);
});

test.each([
  ['half of it', 20, 10],
  ['a small world', 19, 0],
])('a list that drops %s counts at once', async (_name, before, after) => {
  await worldAfter(
    namesOfMany(after),
    json(listOf(many(before), '7')),
    refusal(410, 'Expired'),
    json(listOf(many(after), '8')),
    watch(''),
  );
});

test('an object with wrong types is there, with what is wrong; one that cannot be named is left out', async () => {
  const odd = proxy('odd', '3', { spec: { routes: 'none', virtualhost: null, ['__proto__']: 1 } });
  const followed = await worldAfter(['odd'], json(listOf([odd, proxy('Not a name', '4')], '7')), watch(''));
  const [change] = followed.changes;
  expect(change?.type === 'put' && change.item.problems.length > 0).toBe(true);
});
