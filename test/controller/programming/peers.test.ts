import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { HostRefusal } from '../../../controller/programming/accepted.ts';
import type { AcceptedListener, LocalAccepted } from '../../../controller/programming/local.ts';
import { peerFeed } from '../../../controller/programming/peer-feed.ts';
import { decodePeerMessage, peersPath } from '../../../controller/programming/peer-message.ts';
import { createPeers, type Peers } from '../../../controller/programming/peers.ts';
import { systemClock } from '../../../kubernetes/clock.ts';
import type { HostName } from '../../../routing/graph/graph.ts';
import { followFeed } from '../../../xds/serve/follow.ts';
import { createXdsServer, type XdsServerOptions } from '../../../xds/serve/server.ts';
import { type Authority, createAuthority } from '../../support/authority.ts';
import { eventually } from '../../support/eventually.ts';

type Tls = NonNullable<XdsServerOptions['tls']>;

const authorities: Authority[] = [];
const issue = (authority: Authority, name: string): Tls => {
  const files = authority.issue(name);
  return { ca: readFileSync(files.ca), certificate: readFileSync(files.certificate), key: readFileSync(files.key) };
};
let ours: Tls;
let strangers: Tls;
let otherName: Tls;

beforeAll(() => {
  const [authority, stranger] = [createAuthority(), createAuthority()];
  authorities.push(authority, stranger);
  ours = issue(authority, 'contour');
  otherName = issue(authority, 'envoy');
  strangers = { ...issue(stranger, 'contour'), ca: ours.ca };
});
afterAll(() => authorities.forEach((authority) => authority.close()));

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** What a controller knows of its Envoys, as a test says it. */
function fakeLocal(envoys: number, digests: Record<string, string> = {}) {
  const accepted = new Map(Object.entries(digests) as [HostName, string][]);
  const refused = new Map<HostName, HostRefusal>();
  const listeners = new Set<AcceptedListener>();
  let counted = envoys;
  const local: LocalAccepted = {
    get envoys() {
      return counted;
    },
    digestOf: (host) => accepted.get(host) ?? null,
    refusalOf: (host) => refused.get(host) ?? null,
    hosts: () => new Set([...accepted.keys(), ...refused.keys()]),
    published() {},
    progressed() {},
    look: () => false,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    local,
    listeners,
    set(host: string, digest: string | null, refusal: HostRefusal | null = null): void {
      if (digest === null) accepted.delete(host as HostName);
      else accepted.set(host as HostName, digest);
      if (refusal === null) refused.delete(host as HostName);
      else refused.set(host as HostName, refusal);
      for (const listener of listeners) listener(new Set([host as HostName]));
    },
    count(next: number): void {
      counted = next;
      for (const listener of listeners) listener(new Set());
    },
  };
}

async function serve(local: LocalAccepted, tls: Tls | null, instance = 'theirs', address = '127.0.0.1:0') {
  const server = createXdsServer({ tls });
  server.addFeed(peersPath, peerFeed(local, instance));
  const at = await server.listen(address);
  const closable = { close: () => server.close() };
  open.push(closable);
  return { address: at, close: () => server.close() };
}

function follow(addresses: readonly string[], tls: Tls | null) {
  const moved: string[][] = [];
  const reached: (string | null)[] = [];
  const peers: Peers = createPeers({
    clock: systemClock,
    instance: 'ours',
    follow: (address, onMessage, signal) =>
      followFeed({ address, path: peersPath, tls, serverName: 'contour', onMessage }, signal),
    onChange: (hosts) => moved.push([...hosts]),
    onReach: (_address, reason) => reached.push(reason),
  });
  peers.found(addresses);
  open.push({ close: () => peers.stop() });
  const told = () => peers.all?.[0]?.accepted ?? null;
  return { peers, moved, reached, told, digestOf: (host: string) => told()?.digestOf(host as HostName) };
}

describe('a controller is asked what its Envoys accept', () => {
  it('by another with a certificate of the same authority, and tells what moves', async () => {
    const theirs = fakeLocal(2, { 'a.example.com': 'one', ['__proto__']: 'x', 'b.example.com': 'two' });
    const { address } = await serve(theirs.local, ours);
    const { told, digestOf, moved, reached } = follow([address], ours);
    await eventually(() => expect([told()?.envoys, digestOf('a.example.com')]).toEqual([2, 'one']));
    theirs.set('a.example.com', 'three');
    await eventually(() => expect(digestOf('a.example.com')).toBe('three'));
    expect(moved.at(-1)).toEqual(['a.example.com']);
    const refusal = { digest: 'four', message: 'no' };
    theirs.set('b.example.com', null, refusal);
    await eventually(() => expect(told()?.refusalOf('b.example.com' as HostName)).toEqual(refusal));
    expect(digestOf('b.example.com')).toBeNull();
    theirs.count(3);
    await eventually(() => expect(told()?.envoys).toBe(3));
    expect([moved.at(-1), reached]).toEqual([[], [null]]);
  });

  it('whole, be they 20,000 hosts, before anything is believed', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`h${index}.example.com`, 'one']));
    const { address } = await serve(fakeLocal(1, many).local, null);
    const { told, digestOf, moved } = follow([address], null);
    await eventually(() => expect(told()).not.toBeNull());
    expect(Object.keys(many).every((host) => digestOf(host) === 'one')).toBe(true);
    // Found, and then whole.
    expect(moved.length).toBeLessThan(5);
  });

  it('and not by a stranger', async () => {
    const theirs = fakeLocal(1, { a: 'one' });
    const { address } = await serve(theirs.local, ours);
    const { told, reached } = follow([address], strangers);
    await eventually(() => expect(reached.length).toBeGreaterThan(0));
    expect([told(), theirs.listeners.size]).toEqual([null, 0]);
  });

  it('and not where a server shows a certificate of another name', async () => {
    const { address } = await serve(fakeLocal(1, { a: 'one' }).local, otherName);
    const { told, reached } = follow([address], ours);
    await eventually(() => expect(reached.length).toBeGreaterThan(0));
    expect(told()).toBeNull();
  });

  it('again when it comes back, and nothing is known of it meanwhile', async () => {
    const first = await serve(fakeLocal(1, { a: 'one' }).local, ours);
    const { told, digestOf, reached, moved } = follow([first.address], ours);
    await eventually(() => expect(digestOf('a')).toBe('one'));
    await first.close();
    await eventually(() => expect(told()).toBeNull());
    expect([reached.at(-1), moved.at(-1)]).toEqual([expect.any(String), []]);
    await serve(fakeLocal(1, { b: 'two' }).local, ours, 'theirs', first.address);
    await eventually(() => expect(digestOf('b')).toBe('two'));
    expect(digestOf('a')).toBeNull();
  });

  it('but not by itself', async () => {
    const own = fakeLocal(1, { a: 'one' });
    const { address } = await serve(own.local, ours, 'ours');
    const { peers, reached } = follow([address], ours);
    await eventually(() => expect(peers.all).toEqual([]));
    await eventually(() => expect(own.listeners.size).toBe(0));
    expect(reached).toEqual([]);
  });

  it('no more when it is gone from the Service', async () => {
    const theirs = fakeLocal(1, { a: 'one' });
    const { address } = await serve(theirs.local, ours);
    const { peers, digestOf } = follow([address], ours);
    await eventually(() => expect(digestOf('a')).toBe('one'));
    peers.found([]);
    expect(peers.all).toEqual([]);
    await eventually(() => expect(theirs.listeners.size).toBe(0));
  });
});

describe('a message that is none', () => {
  const whole = { instance: 'x', whole: true, envoys: 1, hosts: [] };
  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...whole, envoys: '1' }),
    JSON.stringify({ ...whole, hosts: [['a']] }),
    JSON.stringify({ ...whole, hosts: [[1, 'x']] }),
    JSON.stringify({ ...whole, hosts: 'a' }),
  ])('%s', (text) => expect(decodePeerMessage(Buffer.from(text))).toBeNull());

  it('is not one that says more than we know', () => {
    const more = {
      ...whole,
      later: true,
      hosts: [
        ['a', 'd', null, 'later'],
        ['b', null, { digest: 'e', message: 'm' }],
      ],
    };
    expect(decodePeerMessage(Buffer.from(JSON.stringify(more)))).toEqual({
      ...whole,
      hosts: [
        { host: 'a', digest: 'd', refusal: null },
        { host: 'b', digest: null, refusal: { digest: 'e', message: 'm' } },
      ],
    });
  });
});
