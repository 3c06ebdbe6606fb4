export type Peer = 'ours' | 'Contour';

/** One controller, on a cluster of its own. */
export interface Measurement {
  readonly peer: Peer;
  readonly hosts: number;
  readonly edits: number;
}

/** What it came to. Names say the unit; MiB is peak resident memory. */
export type Measured = { readonly peer: Peer; readonly hosts: number } & Readonly<Record<string, string | number>>;
