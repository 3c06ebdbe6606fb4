import { expect, it } from 'vitest';
import { hostDigests } from '../../../controller/programming/host-digest.ts';
import { createLocalAccepted } from '../../../controller/programming/local.ts';
import type { Loop } from '../../../controller/loop.ts';
import { fakeEnvoy, host, hostOf, runLoop } from './worlds.ts';

function track(loop: Loop, ...envoys: ReturnType<typeof fakeEnvoy>[]) {
  const digest = hostDigests(loop.graph, loop.served);
  const reports = () => envoys.map((envoy) => envoy.report());
  const local = createLocalAccepted({ graph: loop.graph, served: loop.served, digest, envoys: reports });
  loop.onPublished(({ change }) => local.published(change.hosts));
  local.published(loop.graph.hosts.keys());
  const moved: string[][] = [];
  local.onChange((hosts) => moved.push([...hosts]));
  return { local, digest, moved, isAccepted: (name: string) => local.digestOf(hostOf(name)) === digest(hostOf(name)) };
}

it('a host is accepted when every Envoy that runs a whole world has all of it', async () => {
  const loop = await runLoop(host('a'), host('b'));
  const [one, two, late] = [fakeEnvoy(loop, 'one'), fakeEnvoy(loop, 'two'), fakeEnvoy(loop, 'late')];
  late.complete = false;
  const { local, isAccepted, moved } = track(loop, one, two, late);
  local.look();
  expect([local.envoys, isAccepted('a')]).toEqual([2, false]);
  one.accept();
  local.look();
  expect(isAccepted('a')).toBe(false);
  two.accept();
  local.look();
  expect([isAccepted('a'), isAccepted('b')]).toEqual([true, true]);
  expect(moved).toEqual([[], ['a.example.com', 'b.example.com']]);

  await loop.apply(host('a', 'two'));
  local.look();
  expect([isAccepted('a'), isAccepted('b')]).toEqual([false, true]);
  one.accept();
  two.accept();
  local.look();
  expect([isAccepted('a'), moved.at(-1)]).toEqual([true, ['a.example.com']]);
});

it('Envoys that come or go take nothing back', async () => {
  const loop = await runLoop(host('a'));
  const [one, two] = [fakeEnvoy(loop, 'one'), fakeEnvoy(loop, 'two')];
  two.complete = false;
  one.accept();
  const { local, isAccepted, moved } = track(loop, one, two);
  local.look();
  two.complete = true;
  local.look();
  one.complete = false;
  two.complete = false;
  local.look();
  expect([local.envoys, isAccepted('a')]).toEqual([0, true]);
  // The first with what was accepted, and the two with the number alone.
  expect(moved).toEqual([[], ['a.example.com'], [], []]);
});

it('what an Envoy refuses is told in its words until it accepts or something else is asked', async () => {
  const loop = await runLoop(host('a'), host('b'));
  const [one, two] = [fakeEnvoy(loop, 'one'), fakeEnvoy(loop, 'two')];
  const { local, digest, isAccepted } = track(loop, one, two);
  one.refuse('a.example.com', 'no such filter');
  two.accept();
  local.look();
  const refusal = { digest: digest(hostOf('a')), message: 'Envoy one refused it: no such filter' };
  expect(local.refusalOf(hostOf('a'))).toEqual(refusal);
  expect([isAccepted('a'), isAccepted('b')]).toEqual([false, true]);

  await loop.apply(host('a', 'two'));
  local.look();
  expect(local.refusalOf(hostOf('a'))?.digest).not.toBe(digest(hostOf('a')));
  one.accept();
  two.accept();
  local.look();
  expect([isAccepted('a'), local.refusalOf(hostOf('a'))]).toEqual([true, null]);
});

it('a host that goes is forgotten', async () => {
  const loop = await runLoop(host('a'));
  const one = fakeEnvoy(loop, 'one');
  one.accept();
  const { local, moved } = track(loop, one);
  local.look();
  await loop.apply({ type: 'delete', ref: { kind: 'HTTPProxy', namespace: 'shop', name: 'a' } });
  expect([local.digestOf(hostOf('a')), [...local.hosts()]]).toEqual([null, []]);
  expect(moved.at(-1)).toEqual(['a.example.com']);
});

it('two controllers with the same objects agree on a digest, whichever way they came to them', async () => {
  const [left, right] = [await runLoop(host('a'), host('b')), await runLoop(host('b'))];
  await right.apply(host('a', 'two'));
  const [of, at] = [hostDigests(left.graph, left.served), hostDigests(right.graph, right.served)];
  expect(of(hostOf('a'))).not.toBe(at(hostOf('a')));
  await right.apply(host('a'));
  expect(of(hostOf('a'))).toBe(at(hostOf('a')));
  expect(of(hostOf('a'))).not.toBe(of(hostOf('b')));
  expect(of(hostOf('none'))).toBeNull();
});

it('an edit among 3,000 hosts on three Envoys looks at what moved, and quiet looks at nothing', async () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `h${index}`);
  const loop = await runLoop(...names.map((name) => host(name)));
  const envoys = ['one', 'two', 'three'].map((node) => fakeEnvoy(loop, node));
  for (const envoy of envoys) envoy.accept();
  const { local, isAccepted } = track(loop, ...envoys);
  while (local.look());
  expect(names.every(isAccepted)).toBe(true);
  const before = envoys.map(({ asked }) => asked);
  local.look();
  await loop.apply(host('h7', 'two'));
  for (const envoy of envoys) envoy.accept();
  local.look();
  expect(isAccepted('h7')).toBe(true);
  const looked = envoys.map(({ asked }, index) => asked - (before[index] ?? 0));
  expect(Math.max(...looked)).toBeLessThan(10);
});

it('what is accepted while a long round is under way is seen in the next', async () => {
  const names = Array.from({ length: 1_200 }, (_, index) => `h${index}`);
  const loop = await runLoop(...names.map((name) => host(name)));
  const one = fakeEnvoy(loop, 'one');
  const { local, isAccepted } = track(loop, one);
  expect(local.look()).toBe(true);
  one.accept();
  local.progressed();
  for (let rounds = 0; local.look(); rounds += 1) expect(rounds).toBeLessThan(10);
  expect(names.filter((name) => !isAccepted(name))).toEqual([]);
});
