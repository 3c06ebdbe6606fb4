const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values: ReadonlyMap<string, number> = new Map([...alphabet].map((character, index) => [character, index]));

/** RFC 4648 §4 with its padding, line breaks ignored, as Go reads it; null where the text is something else. */
export function decodeBase64(text: string): Uint8Array | null {
  const compact = text.replaceAll('\n', '').replaceAll('\r', '');
  if (compact.length % 4 !== 0) return null;
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0;
  const digits = compact.length - padding;
  const bytes = new Uint8Array((compact.length / 4) * 3 - padding);
  let group = 0;
  let written = 0;
  for (let index = 0; index < compact.length; index += 1) {
    const value = index < digits ? values.get(compact.charAt(index)) : 0;
    if (value === undefined) return null;
    group = (group << 6) | value;
    if (index % 4 !== 3) continue;
    // What lies past the end of a typed array is not written.
    bytes[written] = group >> 16;
    bytes[written + 1] = (group >> 8) & 0xff;
    bytes[written + 2] = group & 0xff;
    written += 3;
    group = 0;
  }
  return bytes;
}
