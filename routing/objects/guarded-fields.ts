import { closest } from './edit-distance.ts';

/** Fields without which a host or a route would be open to more clients than its author wanted. */
const protecting: ReadonlySet<string> = new Set([
  'authPolicy',
  'authorization',
  'caSecret',
  'clientValidation',
  'ipAllowPolicy',
  'ipDenyPolicy',
  'jwtProviders',
  'jwtVerificationPolicy',
  'rateLimitPolicy',
  'tls',
  'validation',
]);

/** Fields without which a rule would match more requests than its author wanted; `match` is IngressRoute's. */
const narrowing: ReadonlySet<string> = new Set([
  'conditions',
  'exact',
  'header',
  'host',
  'match',
  'path',
  'prefix',
  'queryParameter',
  'regex',
]);

/** Words in the names of fields that protect: too far from any of them to be a slip, `ipAllowPolicies` still means one. */
const telling = ['auth', 'jwt', 'ipallow', 'ipdeny', 'ratelimit', 'tls', 'validat'] as const;

/** Must everything inside this field be understood? */
export function isGuarded(field: string): boolean {
  return protecting.has(field) || field === 'conditions';
}

/** Was an unknown field meant to restrict? It may stand in the wrong place or be misspelt. */
export function seemsGuarded(unknownField: string): boolean {
  const lower = unknownField.toLowerCase();
  if (telling.some((word) => lower.includes(word))) return true;
  return closest(unknownField, protecting) !== null || closest(unknownField, narrowing) !== null;
}
