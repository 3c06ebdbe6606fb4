import { expect, test } from 'vitest';
import { podDoor } from '../../controller/statistics/pod-door.ts';

function hostFor(told: string, address: string | null = '10.0.0.9'): string | null {
  const door = podDoor({ address, metadata: new Map([['kubectl-contour.io/pod-ip', told]]) });
  return door === null || !('host' in door) ? null : door.host;
}

test('an Envoy is asked where it says its Pod is, on the port of its statistics', () => {
  const metadata = new Map([['kubectl-contour.io/pod-ip', '10.244.0.7']]);
  expect(podDoor({ address: '172.18.0.1', metadata })).toEqual({ host: '10.244.0.7', port: 8002 });
  expect(podDoor({ address: null, metadata })).toEqual({ host: '10.244.0.7', port: 8002 });
  expect(hostFor('fd00:10:244::7')).toBe('fd00:10:244::7');
});

test('one that does not say is asked where it comes from', () => {
  expect(podDoor({ address: '172.18.0.1', metadata: new Map() })).toEqual({ host: '172.18.0.1', port: 8002 });
  expect(podDoor({ address: null, metadata: new Map() })).toBeNull();
});

test.each([
  ['no address', ''],
  ['a name', 'metadata.google.internal'],
  ['a name of digits', '2130706433'],
  ['an address with a port', '10.0.0.1:80'],
  ['a short form', '127.1'],
  ['loopback', '127.0.0.1'],
  ['loopback of IPv6', '::1'],
  ['loopback as IPv6', '::ffff:127.0.0.1'],
  ['the same in hexadecimal', '::ffff:7f00:1'],
  ['the same in its old form', '::127.0.0.1'],
  ['loopback behind NAT64', '64:ff9b::7f00:1'],
  ['where a cloud tells secrets', '169.254.169.254'],
  ['the same as IPv6', '::ffff:169.254.169.254'],
  ['loopback behind 6to4', '2002:7f00:1::'],
  ['loopback behind NAT64 of its own', '64:ff9b:1::7f00:1'],
  ['where another cloud tells secrets', '100.100.100.200'],
  ['where a cloud tells secrets in IPv6', 'fd00:ec2::254'],
  ['link-local of IPv6', 'fe80::1'],
  ['an address with a zone', 'fe80::1%eth0'],
  ['this host', '0.0.0.0'],
  ['this host of IPv6', '::'],
  ['multicast', '224.0.0.1'],
  ['multicast of IPv6', 'ff02::1'],
  ['broadcast', '255.255.255.255'],
])('and so is one that says %s', (_, told) => {
  expect(hostFor(told)).toBe('10.0.0.9');
});

test('loopback is for those who come from there', () => {
  expect(hostFor('127.0.0.2', '127.0.0.1')).toBe('127.0.0.2');
  expect(hostFor('127.0.0.2', '::1')).toBe('127.0.0.2');
  expect(hostFor('127.0.0.2', null)).toBeNull();
  expect(hostFor('169.254.169.254', '127.0.0.1')).toBe('127.0.0.1');
});
