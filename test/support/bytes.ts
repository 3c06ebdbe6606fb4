import type { RedactedBytes } from '../../routing/objects/kubernetes-object.ts';

/** Bytes of a Secret as tests write them. */
export function plainBytes(text: string): RedactedBytes {
  const bytes = new TextEncoder().encode(text);
  return { reveal: () => bytes, toString: () => '[redacted]', toJSON: () => '[redacted]' };
}
