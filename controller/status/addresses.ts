import { isIP } from 'node:net';
import { isRecord } from '../../kubernetes/watched.ts';

/** Where a load balancer takes requests: one of the two. */
export type Address = { readonly ip: string } | { readonly hostname: string };

/** https://datatracker.ietf.org/doc/html/rfc1123#page-13 */
const hostnamePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Null where it is neither an address nor a host name that the API server would take. */
export function addressOf(text: string): Address | null {
  if (isIP(text) !== 0) return { ip: text };
  return text.length <= 253 && hostnamePattern.test(text) ? { hostname: text } : null;
}

/** Those of a `status.loadBalancer`, whatever it really is. */
export function addressesIn(loadBalancer: unknown): readonly Address[] {
  const ingress = isRecord(loadBalancer) ? loadBalancer['ingress'] : null;
  return (Array.isArray(ingress) ? (ingress as readonly unknown[]) : []).flatMap((item) => {
    const { ip, hostname } = isRecord(item) ? item : {};
    const text = typeof ip === 'string' && ip !== '' ? ip : hostname;
    return (typeof text === 'string' ? addressOf(text) : null) ?? [];
  });
}

/**
 * What gives a stored status these addresses, as fields of a merge patch's `status`; null where it has them, or where
 * `wanted` is null because we do not know.
 */
export function planAddresses(stored: unknown, wanted: readonly Address[] | null): object | null {
  if (wanted === null) return null;
  const { loadBalancer } = isRecord(stored) ? stored : {};
  if (JSON.stringify(addressesIn(loadBalancer)) === JSON.stringify(wanted)) return null;
  return { loadBalancer: wanted.length === 0 ? null : { ingress: wanted } };
}
