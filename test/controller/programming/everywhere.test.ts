import { expect, it } from 'vitest';
import type { Accepted, HostRefusal } from '../../../controller/programming/accepted.ts';
import { programmingEverywhere } from '../../../controller/programming/everywhere.ts';
import type { Peer } from '../../../controller/programming/peers.ts';
import { hostOf } from './worlds.ts';

const told = (envoys: number, digest: string | null, refusal: HostRefusal | null = null): Accepted => ({
  envoys,
  digestOf: () => digest,
  refusalOf: () => refusal,
});
const peer = (accepted: Accepted | null): Peer => ({ address: '10.0.0.7:8001', accepted });
const refusal = { digest: 'now', message: 'Envoy e refused it: no' };

it.each([
  ['all accepted', told(1, 'now'), [peer(told(2, 'now'))], { state: 'accepted' }],
  ['one controller has no Envoys', told(0, null), [peer(told(2, 'now'))], { state: 'accepted' }],
  ['there is one controller', told(1, 'now'), [], { state: 'accepted' }],
  ['ours are behind', told(1, 'before'), [peer(told(2, 'now'))], { state: 'pending' }],
  ['a peer is behind', told(1, 'now'), [peer(told(2, 'before')), peer(null)], { state: 'pending' }],
  ['a peer refused', told(1, 'now'), [peer(null), peer(told(1, null, refusal))], { state: 'refused' }],
  ['what was refused is over', told(1, 'now', { ...refusal, digest: 'before' }), [], { state: 'accepted' }],
  ['a peer is away', told(1, 'now'), [peer(null)], { state: 'unknown', reason: 'PeerUnreachable' }],
  ['nobody knows who else there is', told(1, 'now'), null, { state: 'unknown', reason: 'PeerUnreachable' }],
  ['there is no Envoy', told(0, 'now'), [peer(told(0, null))], { state: 'unknown', reason: 'NoEnvoy' }],
  ['there may be Envoys elsewhere', told(0, null), [peer(null)], { state: 'unknown', reason: 'PeerUnreachable' }],
])('%s', (_name, local, peers, expected) => {
  const ask = programmingEverywhere({ local, peers: () => peers, digest: () => 'now' });
  expect(ask(hostOf('a'))).toMatchObject(expected);
});
