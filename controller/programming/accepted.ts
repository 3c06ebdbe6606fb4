import type { HostName } from '../../routing/graph/graph.ts';

/** A host that an Envoy refused, as it was then. */
export interface HostRefusal {
  readonly digest: string;
  /** The Envoy's words, scrubbed, and which Envoy. */
  readonly message: string;
}

/**
 * What the Envoys of one controller have accepted, host by host. A digest stands for all that Envoys are told of a host:
 * equal on every controller that has compiled the same objects.
 */
export interface Accepted {
  /** Envoys that have accepted one whole world. */
  readonly envoys: number;
  /** What all of them accepted last; null where that never happened. */
  digestOf(host: HostName): string | null;
  refusalOf(host: HostName): HostRefusal | null;
}
