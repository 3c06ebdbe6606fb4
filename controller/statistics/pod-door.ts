import { BlockList, isIP, isIPv4 } from 'node:net';
import { podIpKey } from '../../xds/envoy/bootstrap.ts';
import { statisticsPort } from '../../xds/envoy/bootstrap/operator-listeners.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import type { StatisticsDoor } from './door.ts';

/**
 * Where the Envoy of a Pod tells what it has counted: at the address that it says it has, which is right also where a
 * Service hides who has connected, else where its streams come from.
 */
export function podDoor({ address, metadata }: Pick<EnvoyReport, 'address' | 'metadata'>): StatisticsDoor | null {
  const told = metadata.get(podIpKey) ?? '';
  const host = mayBeOf(told, address) ? told : address;
  return host === null ? null : { host, port: statisticsPort };
}

/**
 * Whether an Envoy whose streams come from `peer` may say so. It must not have us call what only we can reach: our own
 * machine, and what a node has beside its network, as the addresses where clouds tell their secrets.
 */
function mayBeOf(told: string, peer: string | null): boolean {
  if (isIP(told) === 0 || told.includes('%') || has(nowhere, told)) return false;
  return !has(loopback, told) || (peer !== null && has(loopback, peer));
}

const has = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Unspecified, link-local, multicast and reserved, and those of IPv6 that a translator makes one of IPv4 of. */
const nowhere = new BlockList();
nowhere.addSubnet('0.0.0.0', 8, 'ipv4');
nowhere.addSubnet('169.254.0.0', 16, 'ipv4');
nowhere.addSubnet('224.0.0.0', 3, 'ipv4');
nowhere.addSubnet('::', 96, 'ipv6');
nowhere.addSubnet('fe80::', 10, 'ipv6');
nowhere.addSubnet('ff00::', 8, 'ipv6');
nowhere.addSubnet('64:ff9b::', 32, 'ipv6');
nowhere.addSubnet('2002::', 16, 'ipv6');
// Not link-local, and the same in what they tell: of AWS and of Alibaba Cloud.
nowhere.addAddress('fd00:ec2::254', 'ipv6');
nowhere.addAddress('100.100.100.200', 'ipv4');
