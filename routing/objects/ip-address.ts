/** Is this an address that Envoy would take for an endpoint: IPv4 with four decimals, or IPv6 without a zone? */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** RFC 4291, 2.2: eight groups, of which one run may be left out, the last two also written as IPv4. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const [head = '', tail] = halves;
  const before = groupsOf(head, tail === undefined);
  const after = tail === undefined ? 0 : groupsOf(tail, true);
  if (before === null || after === null) return false;
  return tail === undefined ? before === 8 : before + after < 8;
}

/** How many groups a run of them stands for; null where it is none. */
function groupsOf(text: string, isLast: boolean): number | null {
  if (text === '') return 0;
  const groups = text.split(':');
  const last = groups.at(-1) ?? '';
  const embeds = isLast && isIpv4(last);
  const plain = embeds ? groups.slice(0, -1) : groups;
  return plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? plain.length + (embeds ? 2 : 0) : null;
}
