/** As long as Contour lets a message be; the schema takes a little more. */
const longestBytes = 32_760;

/** Cut between characters to what a condition may hold, in bytes of UTF-8. */
export function cutMessage(text: string): string {
  if (text.length * 3 <= longestBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= longestBytes) return text;
  let end = longestBytes;
  // 10xxxxxx continues a character. https://www.rfc-editor.org/rfc/rfc3629#section-3
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** A JSON pointer as Kubernetes writes the path of a field: `spec.routes[1].services[0]`. */
export function fieldPath(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) =>
      /^[0-9]+$/.test(part) ? `[${part}]` : /^[A-Za-z][A-Za-z0-9]*$/.test(part) ? `.${part}` : `["${part}"]`,
    )
    .join('')
    .replace(/^\./, '');
}
