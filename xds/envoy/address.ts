import type { Address } from '../proto/generated/envoy/config/core/v3/address.ts';

/** `::` takes both families, as Contour has it. */
export function socketAddress(address: string, port: number): Address {
  const portSpecifier = { $case: 'portValue' as const, value: port };
  const ipv4Compat = address === '::' ? { ipv4Compat: true } : {};
  return { address: { $case: 'socketAddress', value: { address, portSpecifier, ...ipv4Compat } } };
}
