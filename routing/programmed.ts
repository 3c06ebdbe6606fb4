/** How many Envoys have something as it is now, of how many are connected and complete. */
export interface Programmed {
  readonly envoys: number;
  readonly of: number;
  /** The first of those that have it not; absent where there is none, or nobody said. */
  readonly missing?: readonly MissingEnvoy[];
}

export interface MissingEnvoy {
  /** Node id. */
  readonly envoy: string;
  /** Its own words where it refused it; null where it has not answered yet. */
  readonly message: string | null;
}

/** Enough to know where to look: reports of many hosts and Envoys would be about nothing else. */
const mostMissing = 5;

export function programmedOf(envoys: number, of: number, missing: readonly MissingEnvoy[]): Programmed {
  return missing.length === 0 ? { envoys, of } : { envoys, of, missing: missing.slice(0, mostMissing) };
}

/** Of those that are connected to several controllers. */
export function sumProgrammed(counts: readonly Programmed[]): Programmed {
  const sum = (of: 'envoys' | 'of'): number => counts.reduce((total, count) => total + count[of], 0);
  return programmedOf(
    sum('envoys'),
    sum('of'),
    counts.flatMap(({ missing = [] }) => missing),
  );
}
