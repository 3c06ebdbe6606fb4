/** What is kept of an object's metadata. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  /** RFC 3339, or null where the manifest has none (files). */
  readonly creationTimestamp: string | null;
  /** Only annotations with a meaning here; the rest is dropped while decoding. */
  readonly annotations: ReadonlyMap<string, string>;
}
