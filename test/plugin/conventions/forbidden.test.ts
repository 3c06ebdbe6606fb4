import { describe, expect, onTestFinished, test } from 'vitest';
import { type Asked, type FakeApi, sendStatus } from '../fake-api.ts';
import { type Ran, runHere } from './run-here.ts';
import { failureOf, samples } from './samples.ts';
import { worldApi } from './world-api.ts';

const asking = samples
  .filter(({ of }) => of === 'files' || of === 'cluster')
  .map(({ spec, words }) => {
    // What goes on would have no end of its own here.
    const ending = words.some((word) => word === 'watch' || word === 'run') ? ['--to=nobody'] : [];
    const place = words.some((word) => word.startsWith('--namespace')) ? [] : ['-n', 'shop'];
    return [spec.name, spec, [...words.filter((word) => word !== '--dry-run=client'), ...ending, ...place]] as const;
  });

const isReview = ({ path }: Asked): boolean => path.includes('reviews');
const named = ({ method, path }: Asked): string => `${method} ${path}`;

/** Runs a command where one kind of request is refused. */
async function refusing(
  words: readonly string[],
  isRefused: (asked: Asked) => boolean,
): Promise<Ran & Pick<FakeApi, 'asked'>> {
  const api = await worldApi();
  onTestFinished(api.close);
  const answer = api.answers.get('*');
  api.answers.set('*', (response, asked) =>
    isRefused(asked) ? sendStatus(response, 403, 'Forbidden', 'kim may not') : answer?.(response, asked),
  );
  const ran = await runHere([...words, '-s', api.url, '--request-timeout=5s']);
  return { ...ran, asked: api.asked };
}

describe('whichever request is refused', () => {
  test.each(asking)('%s does without, or names the right and prints its Role', async (_, spec, words) => {
    const usual = await refusing(words, () => false);
    const requests = [...new Set(usual.asked.filter((asked) => !isReview(asked)).map(named))];
    expect(requests).not.toEqual([]);
    for (const request of requests) {
      const { code, stderr } = await refusing(words, (asked) => named(asked) === request);
      if (code === usual.code) continue;
      expect({ request, code }, stderr).toEqual({ request, code: failureOf(spec) });
      expect(stderr, request).toMatch(
        /^The right to [a-z]+ [a-z.]+( "[a-z.]+")? in [a-z ]+ is missing\. This (Cluster)?Role, bound to you, would grant it:\n {2}apiVersion: /m,
      );
    }
  });
});

const pods = ({ path }: Asked): boolean => path === '/api/v1/pods';

test('a controller that may be elsewhere is not there for want of a right', async () => {
  const { code, stderr } = await refusing(['sync', '-n', 'shop'], pods);
  expect({ code }).toEqual({ code: 1 });
  expect(stderr).toMatch(
    /^error: no controller can be asked: no Pod in namespace shop is labelled [^\n]*, and those of others may not be listed\n/,
  );
  expect(stderr).toMatch(/^The right to list pods in all namespaces is missing\. This ClusterRole/m);
});

test('why nobody says whether a change is live', async () => {
  const change = ['canary', 'web', '--to=web-v2', '--weight=20', '-n', 'shop'];
  const started = 'Warning: no controller was asked whether it is live';
  const labels = 'app.kubernetes.io/name=contour or app=contour';
  expect((await refusing(change, () => false)).stderr).toBe(
    `${started}: no Pod in all namespaces is labelled ${labels}\n`,
  );
  expect((await refusing(change, pods)).stderr).toBe(
    `${started}: no Pod in namespace shop is labelled ${labels}, and those of others may not be listed\n`,
  );
  expect((await refusing([...change, '--from=api'], () => false)).stderr).toBe(`${started}\n`);
});

test.each([
  ['watch', (asked: Asked): boolean => asked.query.has('watch')],
  ['list', (asked: Asked): boolean => asked.query.has('fieldSelector')],
])('canary watch ends where the %s is refused, in lines', async (_, isRefused) => {
  const { code, stderr } = await refusing(['canary', 'watch', 'stepped', '-n', 'shop'], isRefused);
  expect({ code }, stderr).toEqual({ code: 1 });
  expect(stderr).toMatch(
    /^error: kim may not\nThe right to watch httpproxies\.projectcontour\.io in namespace shop is missing\. This Role, bound to you, would grant it:\n {2}apiVersion: /m,
  );
});
