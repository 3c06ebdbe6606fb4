import { describe, expect, test } from 'vitest';
import { type JsonObject, valueAt } from '../../../files/edit/json-patch.ts';
import { parseCookie, parseHeader } from '../../../plugin/services/canary/conditions.ts';
import { planAbort } from '../../../plugin/services/canary/plan-abort.ts';
import { planPromote } from '../../../plugin/services/canary/plan-promote.ts';
import { planBegin, planNext, planRelease, planStay } from '../../../plugin/services/canary/plan-run.ts';
import { planStart, type StartRequest } from '../../../plugin/services/canary/plan-start.ts';
import { parseSteps, planStep } from '../../../plugin/services/canary/plan-step.ts';
import { planWeight } from '../../../plugin/services/canary/plan-weight.ts';
import { isProblem } from '../../../plugin/services/change/problem.ts';
import { CANARY_ANNOTATION, recordOf } from '../../../plugin/services/canary/record.ts';
import { context, done, proxyOf, told, weightsOf } from './proxies.ts';

const v2 = { name: 'v2', port: null };
const start = (proxy: JsonObject, request: Partial<StartRequest> = {}) =>
  planStart(
    proxy,
    { to: v2, percent: 0, condition: null, steps: [], route: null, allRoutes: false, ...request },
    context,
  );
const abort = (proxy: JsonObject) => planAbort(proxy, context);
const promote = (proxy: JsonObject, finish = false, to: typeof v2 | null = null) =>
  planPromote(proxy, { finish, to, route: null, allRoutes: false }, context);
const move = (proxy: JsonObject, percent: number) =>
  planWeight(
    proxy,
    { wish: { type: 'share', percent }, to: null, stable: null, route: null, allRoutes: false },
    context,
  );

describe('start', () => {
  test.each([
    ['one service', 'v1', 0, 'v1=100 v2=0'],
    ['one service that has a weight', 'v1=7', 0, 'v1=7 v2=0'],
    ['some of the requests at once', 'v1', 10, 'v1=90 v2=10'],
    ['several services keep their shares', 'v1=70 v3=30', 0, 'v1=70 v3=30 v2=0'],
    ['and share what is left', 'v1=70 v3=30', 50, 'v1=35 v3=15 v2=50'],
    ['several that share alike', 'v1 v3', 0, 'v1=50 v3=50 v2=0'],
    ['a mirror stays one', 'v1 shadow!', 0, 'v1=100 v2=0 mirror'],
    ['one that is there already', 'v1=100 v2=0', 5, 'v1=95 v2=5'],
  ])('%s', (_, before, percent, after) => {
    const proxy = proxyOf(before);
    const started = done(proxy, start(proxy, { percent }));
    expect(weightsOf(started)).toEqual([after]);
    // And back, to the letter.
    expect(done(started, abort(started))).toEqual(proxy);
  });

  test('the canary has the port and policies of the one beside it', () => {
    const model = {
      name: 'v1',
      port: 8080,
      protocol: 'tls',
      validation: { caSecret: 'ca', subjectName: 'v' },
      weight: 3,
    };
    const proxy = { ...proxyOf('v1'), spec: { routes: [{ services: [model] }] } };
    const after = done(proxy, start(proxy));
    expect(valueAt(after, '/spec/routes/0/services/1')).toEqual({ ...model, name: 'v2', weight: 0 });
  });

  test.each([
    ['a header', parseHeader('--header', 'x-canary=true'), { name: 'x-canary', exact: 'true' }],
    ['a header of any value', parseHeader('--header', 'x-canary'), { name: 'x-canary', present: true }],
    ['a cookie', parseCookie('canary=1.0'), { name: 'Cookie', regex: '(.*;[ ]*)?canary=1\\.0(;.*)?' }],
  ])('%s leads to it by a route of its own, with the policies of the one beside it', (_, header, written) => {
    if (isProblem(header)) return expect.fail(header.problem);
    const proxy = proxyOf('/other v1', '/a v1');
    const policy = { timeoutPolicy: { response: '5s' } };
    const [other, route] = valueAt(proxy, '/spec/routes') as readonly [JsonObject, JsonObject];
    const whole = { ...proxy, spec: { routes: [other, { ...route, ...policy }] } };
    const after = done(whole, start(whole, { condition: { header }, route: '/a' }));
    expect(valueAt(after, '/spec/routes/1')).toEqual({
      conditions: [{ prefix: '/a' }, { header: written }],
      services: [{ name: 'v2', port: 80 }],
      ...policy,
    });
    expect(weightsOf(after)).toEqual(['v1', 'v2', 'v1=100 v2=0']);
    expect(done(after, abort(after))).toEqual(whole);
    expect(weightsOf(done(after, promote(after, true)))).toEqual(['v1', 'v2=100']);
  });

  test.each([
    ['a cookie with a name that is none', parseCookie('a b=1'), '--cookie takes NAME or NAME=VALUE'],
    ['a cookie with a value that is none', parseCookie('a=1;b'), 'a character that no cookie has'],
    ['a header with a name that is none', parseHeader('--header', 'a:b'), '--header takes NAME or NAME=VALUE'],
    ['a header with a line end', parseHeader('--header', 'a=b\nc'), 'a character that no header has'],
  ])('%s is refused', (_, condition, said) => {
    expect(condition).toMatchObject({ problem: expect.stringContaining(said) as string });
  });

  test('all routes', () => {
    const proxy = proxyOf('/a v1', '/b v1=50 v3=50');
    const after = done(proxy, start(proxy, { allRoutes: true }));
    expect(weightsOf(after)).toEqual(['v1=100 v2=0', 'v1=50 v3=50 v2=0']);
    const moved = done(after, move(after, 10));
    expect(weightsOf(moved)).toEqual(['v1=90 v2=10', 'v1=45 v3=45 v2=10']);
    expect(done(moved, abort(moved))).toEqual(proxy);
  });

  test('one at a time', () => {
    const proxy = proxyOf('v1');
    const started = done(proxy, start(proxy));
    expect(told(start(started, { to: { name: 'v3', port: null } }))).toEqual([
      'a canary is under way already: v2, started by kim at 2026-11-21T12:00:00Z',
      'End it first: kubectl contour canary promote web   or   kubectl contour canary abort web',
    ]);
    expect(told(start(proxy, { to: { name: 'v1', port: null } }))).toEqual([
      'v1:80 is all that route prefix / has: name another service',
    ]);
  });

  test('sticky sessions stay as they are, and are mentioned', () => {
    const proxy = proxyOf('v1');
    const [route] = valueAt(proxy, '/spec/routes') as readonly [JsonObject];
    const sticky = { ...proxy, spec: { routes: [{ ...route, loadBalancerPolicy: { strategy: 'Cookie' } }] } };
    const plan = start(sticky);
    expect(plan).toMatchObject({ notes: [expect.stringContaining('sticky') as string] });
    expect(valueAt(done(sticky, plan), '/spec/routes/0/loadBalancerPolicy')).toEqual({ strategy: 'Cookie' });
  });
});

describe('step', () => {
  test('goes through the recorded steps, and says when there are none left', () => {
    let proxy = proxyOf('v1');
    proxy = done(proxy, start(proxy, { steps: [5, 50, 100] }));
    const seen: (readonly string[])[] = [];
    for (let taken = 0; taken < 3; taken += 1) {
      proxy = done(proxy, planStep(proxy, context));
      seen.push(weightsOf(proxy));
    }
    expect(seen).toEqual([['v1=95 v2=5'], ['v1=50 v2=50'], ['v1=0 v2=100']]);
    expect(told(planStep(proxy, context))).toEqual([
      'web has taken its last step: the canary has 100%',
      'End it: kubectl contour canary promote web',
    ]);
  });

  test.each(['', '0', '5,5', '50,20', '5,x', '101'])('--steps %j is refused', (text) => {
    expect(isProblem(parseSteps(text))).toBe(true);
  });

  test('without steps on record', () => {
    expect(told(planStep(proxyOf('v1=90 v2=10'), context))).toEqual([
      'web has no steps on record',
      'Record some: kubectl contour canary start web --to SERVICE --steps 5,25,50,100',
    ]);
  });
});

describe('promote', () => {
  test('all requests to the canary, and the record goes', () => {
    const proxy = proxyOf('v1=70 v3=30');
    const started = done(proxy, start(proxy, { percent: 10 }));
    const promoted = done(started, promote(started));
    expect(weightsOf(promoted)).toEqual(['v1=0 v3=0 v2=100']);
    expect(valueAt(promoted, '/metadata/annotations')).toBeUndefined();
  });

  test('--finish takes the others out', () => {
    const proxy = proxyOf('v1 shadow!');
    const started = done(proxy, start(proxy));
    expect(weightsOf(done(started, promote(started, true)))).toEqual(['v2=100 mirror']);
  });

  test('who is not on record has to be named', () => {
    const proxy = proxyOf('v1=0 v2=100');
    expect(told(promote(proxy, true))).toEqual([
      'no canary of web is on record, so it is not known what to promote',
      'Say it: kubectl contour canary promote web --to SERVICE',
    ]);
    expect(weightsOf(done(proxy, promote(proxy, true, v2)))).toEqual(['v2=100']);
  });
});

describe('abort', () => {
  test('finds its route again where others were put in', () => {
    const proxy = proxyOf('/a v1=100 v2=0');
    const moved = done(proxy, move(proxy, 40));
    const [route] = valueAt(moved, '/spec/routes') as readonly [JsonObject];
    const [other] = valueAt(proxyOf('/new v1=1 v2=1'), '/spec/routes') as readonly [JsonObject];
    const shifted = { ...moved, spec: { routes: [other, route] } };
    expect(weightsOf(done(shifted, abort(shifted)))).toEqual(['v1=1 v2=1', 'v1=100 v2=0']);
  });

  test('never writes all 0', () => {
    const proxy = proxyOf('v1=0 v2=0');
    const wish = { wish: { type: 'share', percent: 10 }, to: v2, stable: null, route: null, allRoutes: false } as const;
    const moved = done(proxy, planWeight(proxy, wish, context));
    expect(weightsOf(done(moved, abort(moved)))).toEqual(['v1=1 v2=1']);
  });

  test('weights that were not written are not written', () => {
    const proxy = proxyOf('v1 v2');
    const wish = { wish: { type: 'share', percent: 10 }, to: v2, stable: null, route: null, allRoutes: false } as const;
    const moved = done(proxy, planWeight(proxy, wish, context));
    expect(done(moved, abort(moved))).toEqual(proxy);
  });

  test('other annotations stay', () => {
    const proxy = { ...proxyOf('v1=100 v2=0'), metadata: { name: 'web', annotations: { team: 'shop' } } };
    const moved = done(proxy, move(proxy, 5));
    expect(done(moved, abort(moved))).toEqual(proxy);
  });

  test('says what it cannot put back', () => {
    const proxy = proxyOf('/a v1=100 v2=0');
    const moved = done(proxy, move(proxy, 40));
    const gone = { ...moved, spec: { routes: [] } };
    expect(abort(gone)).toMatchObject({ notes: ['route prefix /a is no longer there, so nothing was put back in it'] });
    expect(valueAt(done(gone, abort(gone)), '/metadata/annotations')).toBeUndefined();
  });

  test('nothing to go back to', () => {
    expect(told(abort(proxyOf('v1')))).toEqual([
      'nothing is on record for web: there is no canary to abort',
      'Set weights as they should be: kubectl contour canary web --weight SERVICE=N,SERVICE=N',
    ]);
  });

  test('a record that somebody broke is no reason to guess', () => {
    const annotations = { [CANARY_ANNOTATION]: '{"routes' };
    const proxy = { ...proxyOf('v1=100 v2=0'), metadata: { name: 'web', annotations } };
    for (const plan of [abort(proxy), move(proxy, 5), start(proxy), promote(proxy), planStep(proxy, context)])
      expect(plan).toMatchObject({ problem: `the annotation ${CANARY_ANNOTATION} of the object cannot be read` });
  });
});

describe('run', () => {
  const run = { id: 'one', by: 'kim', interval: '2m', next: '2026-11-21T12:02:00Z' };
  const request = { to: v2, steps: [5, 100], route: null, allRoutes: false, run };

  test('starts, steps and lets go, a patch each', () => {
    const proxy = proxyOf('v1');
    const begun = done(proxy, planBegin(proxy, request, context));
    expect(weightsOf(begun)).toEqual(['v1=95 v2=5']);
    expect(recordOf(begun)).toMatchObject({ canary: 'v2', steps: [5, 100], run });
    const later = { ...run, next: '2026-11-21T12:04:00Z' };
    const stayed = done(begun, planStay(begun, later, context));
    expect(recordOf(stayed)).toMatchObject({ canary: 'v2', run: later });
    const stepped = done(stayed, planNext(stayed, run, context));
    expect(weightsOf(stepped)).toEqual(['v1=0 v2=100']);
    const held = done(stepped, planRelease(stepped, run, context));
    expect(recordOf(held)).toMatchObject({ run: null });
    expect(done(held, abort(held))).toEqual(proxy);
  });

  test('somebody else takes over, and the first one sees it', () => {
    const proxy = proxyOf('v1');
    const begun = done(proxy, planBegin(proxy, request, context));
    const theirs = { ...run, id: 'two', by: 'ann' };
    const taken = done(begun, planBegin(begun, { ...request, to: null, steps: [], run: theirs }, context));
    expect(weightsOf(taken)).toEqual(['v1=0 v2=100']);
    expect(told(planNext(taken, run, context))).toEqual(['this is no longer the driver of web: ann drives it now']);
    expect(told(planStay(taken, run, context))).toEqual(['this is no longer the driver of web: ann drives it now']);
    const ended = done(taken, abort(taken));
    expect(told(planNext(ended, run, context))).toEqual(['the canary of web was ended by someone else']);
  });

  test('nothing to drive', () => {
    expect(told(planBegin(proxyOf('v1'), { ...request, to: null }, context))).toEqual([
      'no canary of web is on record',
      'Say which it is: kubectl contour canary run web --to SERVICE --steps 5,25,50,100',
    ]);
    expect(told(planBegin(proxyOf('v1'), { ...request, steps: [] }, context))).toEqual([
      'no steps are on record: say them, such as --steps 5,25,50,100',
    ]);
  });
});
