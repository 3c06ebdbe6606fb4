/** What decides the meaning of a world, beside its objects. */
export interface CompileSettings {
  /** Namespaces in which a root may live; empty means all. */
  readonly rootNamespaces: readonly string[];
  /** Classes that are served; empty means no class at all, or `contour`. */
  readonly ingressClassNames: readonly string[];
  /** Absent means absent. When false, a kind of which the input holds nothing is unknown, not missing. */
  readonly closed: boolean;
  /** `re2.max_program_size.error_level`, sent to Envoy and checked here. */
  readonly regexMaxProgramSize: number;
}

export const defaultSettings: CompileSettings = {
  rootNamespaces: [],
  ingressClassNames: [],
  closed: true,
  regexMaxProgramSize: 1000,
};

/** Bounds of one host, so that a handful of objects cannot make a million routes. */
export const bounds = { routes: 20_000, includes: 10_000, depth: 32 } as const;
