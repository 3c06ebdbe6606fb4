/** What is thought of a step, for all that was counted on it. */
export type Verdict =
  | { readonly type: 'go-on' }
  /** There is too little to tell, and why. */
  | { readonly type: 'stay'; readonly reason: string }
  | { readonly type: 'abort'; readonly reason: string };

/** Whether the canary does well enough on a step. */
export interface Judge {
  /** A step was taken: what was counted before is no matter of it. */
  begin(): void;
  verdict(): Verdict;
}

/** What the driver can do; each rejects with CommandFailure. */
export interface Vehicle {
  /** Takes one step. Answers whether another one is left. */
  step(): Promise<boolean>;
  /** Stays on the step for as long again, and says why. */
  stay(reason: string): Promise<void>;
  /** Stays where it is, and lets go. */
  hold(): Promise<void>;
  abort(): Promise<void>;
  /** Until the next step is due, or `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void>;
}

export type DriveEnd =
  { readonly type: 'done' } | { readonly type: 'interrupted' } | { readonly type: 'judged'; readonly reason: string };

/**
 * Takes step after step until none is left, somebody interrupts, or the judge has seen enough.
 *
 * @param judge null where nobody looks at what is counted; the last step is judged too, so it takes as long as the others
 */
export async function drive(
  vehicle: Vehicle,
  judge: Judge | null,
  onInterrupt: 'abort' | 'hold',
  interrupted: AbortSignal,
): Promise<DriveEnd> {
  for (;;) {
    const more = await vehicle.step();
    const verdict = judge === null ? await rest(vehicle, more, interrupted) : await watch(vehicle, judge, interrupted);
    if (interrupted.aborted) {
      await vehicle[onInterrupt]();
      return { type: 'interrupted' };
    }
    if (verdict.type === 'abort') {
      await vehicle.abort();
      return { type: 'judged', reason: verdict.reason };
    }
    if (!more) {
      await vehicle.hold();
      return { type: 'done' };
    }
  }
}

async function rest(vehicle: Vehicle, more: boolean, interrupted: AbortSignal): Promise<Verdict> {
  if (more && !interrupted.aborted) await vehicle.wait(interrupted);
  return { type: 'go-on' };
}

/** For as long as there is too little to tell, a step goes on: nobody gets more requests unseen. */
async function watch(vehicle: Vehicle, judge: Judge, interrupted: AbortSignal): Promise<Verdict> {
  judge.begin();
  for (;;) {
    if (!interrupted.aborted) await vehicle.wait(interrupted);
    const verdict = judge.verdict();
    if (interrupted.aborted || verdict.type !== 'stay') return verdict;
    await vehicle.stay(verdict.reason);
  }
}
