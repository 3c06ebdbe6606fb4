/** The host in an authority as Envoy sees it: lower case, without what follows its last colon. */
export function hostOfAuthority(authority: string): string {
  const lower = lowerAscii(authority);
  const colon = lower.lastIndexOf(':');
  return colon < 0 || lower.lastIndexOf(']') > colon ? lower : lower.slice(0, colon);
}

/**
 * Is it one label below a wildcard, with or without a port? Envoy's own wildcards take any number of labels, so routes
 * say so themselves: see xds/envoy/virtual-host.ts.
 *
 * @param wildcard `*.example.com`
 */
export function isOneLabelBelow(wildcard: string, authority: string): boolean {
  const name = lowerAscii(authority).replace(/:[0-9]+$/, '');
  const parent = wildcard.slice(1);
  return name.endsWith(parent) && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name.slice(0, -parent.length));
}

/** Only A to Z: that is how Envoy compares without case. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
