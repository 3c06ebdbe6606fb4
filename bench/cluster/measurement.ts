export type Peer = 'ours' | 'Contour';

/** One controller, on a cluster of its own. */
export interface Measurement {
  readonly peer: Peer;
  readonly hosts: number;
  readonly edits: number;
}
