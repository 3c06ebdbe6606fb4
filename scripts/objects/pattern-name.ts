import type { PatternName } from '../../routing/objects/pattern.ts';

// Expressions never run on data of tenants: each one has a function in routing/objects/pattern.ts.
const names: ReadonlyMap<string, PatternName> = new Map([
  [String.raw`^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`, 'fqdn'],
  [String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`, 'hostname'],
  [String.raw`^((\d*(\.\d*)?(h|m|s|ms|us|µs|ns))+|infinity|infinite)$`, 'timeout'],
  [String.raw`^((\d*(\.\d*)?(h|m|s|ms|us|µs|ns))+|0)$`, 'duration-or-zero'],
  [String.raw`^(\d*(\.\d*)?(h|m|s|ms|us|µs|ns))+$`, 'duration'],
  ["^[-0-9A-Za-z!#$%&'*+.^_`|~]+$", 'token'],
  [String.raw`^[^()<>@,;:\\"/[\]?={} \t\x7f\x00-\x1f]+$`, 'cookie-name'],
  [String.raw`^[^;\x7f\x00-\x1f]+$`, 'cookie-path'],
  [String.raw`^([0-9]+([.][0-9]+)?|[.][0-9]+)$`, 'decimal'],
  ['^/.*$', 'absolute-path'],
]);

export function patternName(expression: string): PatternName {
  const name = names.get(expression);
  if (name === undefined) {
    throw new Error(`no function checks ${expression}: write one in routing/objects/pattern.ts and name it here`);
  }
  return name;
}
