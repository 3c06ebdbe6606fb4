/** Where a drive stands, for whoever has to decide. */
export interface Judge {
  /** Whether the step that was just taken may be followed by the next; otherwise why it is to be undone. */
  verdict(signal: AbortSignal): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
}

/** Nobody looks at what the Envoys count. */
export const noJudge: Judge = { verdict: async () => ({ ok: true }) };

/** What the driver can do; each rejects with CommandFailure. */
export interface Vehicle {
  /** Takes one step. Answers whether another one is left. */
  step(): Promise<boolean>;
  /** Stays where it is, and lets go. */
  hold(): Promise<void>;
  abort(): Promise<void>;
  /** Until the next step is due, or `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void>;
}

export type DriveEnd =
  { readonly type: 'done' } | { readonly type: 'interrupted' } | { readonly type: 'judged'; readonly reason: string };

/** Takes step after step until none is left, somebody interrupts, or the judge has seen enough. */
export async function drive(
  vehicle: Vehicle,
  judge: Judge,
  onInterrupt: 'abort' | 'hold',
  interrupted: AbortSignal,
): Promise<DriveEnd> {
  for (;;) {
    const more = await vehicle.step();
    if (!interrupted.aborted && more) await vehicle.wait(interrupted);
    if (interrupted.aborted) {
      await vehicle[onInterrupt]();
      return { type: 'interrupted' };
    }
    const verdict = await judge.verdict(interrupted);
    if (!verdict.ok) {
      await vehicle.abort();
      return { type: 'judged', reason: verdict.reason };
    }
    if (!more) {
      await vehicle.hold();
      return { type: 'done' };
    }
  }
}
