/** What a benchmark is asked to do. */
export interface BenchmarkOptions {
  readonly hosts: readonly number[];
  /** Proxies that one host is delegated to; 0 for the shape of many hosts. */
  readonly children: number;
  readonly routesPerHost: readonly number[];
  readonly edits: number;
  /** How often something is killed. */
  readonly rounds: number;
  /** Says on the way what is being done. */
  progress(line: string): void;
}

/** One line of the result: a size and what it cost. Times are in milliseconds, memory in MiB. */
export type Row = Readonly<Record<string, string | number>>;

export type Benchmark = (options: BenchmarkOptions) => Promise<readonly Row[]>;

/** A quantile of samples, rounded to 10 µs. Of fewer than a hundred, the 99th is the worst one seen. */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? Number.NaN;
  return Math.round(value * 100) / 100;
}
