import type { Kind } from '../objects/ref.ts';

/** What decides the meaning of a world, beside its objects. */
export interface CompileSettings {
  /** Namespaces in which a root may live; empty means all. */
  readonly rootNamespaces: readonly string[];
  /** Classes that are served; empty means no class at all, or `contour`. */
  readonly ingressClassNames: readonly string[];
  /** Absent means absent. When false, a kind of which the input holds nothing is unknown, not missing. */
  readonly closed: boolean;
  /** Kinds that were read in some namespaces only, with these: in the others absent means unknown. */
  readonly readIn: ReadonlyMap<Kind, ReadonlySet<string>>;
  /** `re2.max_program_size.error_level`, sent to Envoy and checked here. */
  readonly regexMaxProgramSize: number;
}

export const defaultSettings: CompileSettings = {
  rootNamespaces: [],
  ingressClassNames: [],
  closed: true,
  readIn: new Map(),
  regexMaxProgramSize: 1000,
};

/** Bounds of one host, so that a handful of objects cannot make a million routes. */
export const bounds = { routes: 20_000, includes: 10_000, depth: 32 } as const;
