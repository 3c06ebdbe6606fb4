import type { Change } from './objects/kubernetes-object.ts';
import type { Graph, GraphChange } from './graph/graph.ts';

export interface CompileSettings {
  /** Namespaces in which a root may live; empty means all. */
  readonly rootNamespaces: readonly string[];
}

/** Looks at a certificate and its key; the routing folder knows no X.509. */
export type InspectKeyPair = (certificateChain: Uint8Array, privateKey: Uint8Array) => { readonly valid: true } | { readonly valid: false; readonly reason: string };

export interface Compiler {
  /** Always the world after the last `apply`. Values keep their identity while they are equal. */
  readonly graph: Graph;
  /** Takes a batch in order and says what moved. */
  apply(changes: readonly Change[]): GraphChange;
}
