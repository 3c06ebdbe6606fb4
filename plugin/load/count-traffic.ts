import { CommandFailure } from '../failure.ts';
import type { ServicePort } from '../../routing/traffic-item.ts';
import { emptyTally, type Tally, tallyUp } from '../services/traffic/tally.ts';
import { missingTraffic, trafficQuestion } from '../services/traffic/traffic-question.ts';
import type { Source } from '../source.ts';
import type { TrafficReport } from '../traffic-report.ts';

/** Counts that go on in the background. */
export interface TrafficCounter {
  tally(): Tally;
  /** Why nothing is heard at present; null while all is well. */
  fault(): string | null;
  /** Closes the source too. */
  stop(): Promise<void>;
}

/** Counts from when somebody has told what was counted so far. Rejects with CommandFailure where nobody can. */
export async function countTraffic(source: Source, ports: readonly ServicePort[]): Promise<TrafficCounter> {
  const stop = new AbortController();
  const first = Promise.withResolvers<void>();
  let tally = emptyTally;
  let fault: string | null = null;
  const hear = (report: TrafficReport): void => {
    fault = missingTraffic(report);
    tally = tallyUp(tally, report.items);
    if (fault === null) first.resolve();
    else first.reject(new CommandFailure(fault));
  };
  const warn = (message: string): void => void (fault = message);
  const ended = source.follow(trafficQuestion(ports), hear, warn, stop.signal).catch((error: unknown) => {
    if (!(error instanceof CommandFailure)) throw error;
    warn(error.message);
    first.reject(error);
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
    await source.close();
  };
  try {
    await first.promise;
  } catch (error) {
    await end();
    throw error;
  }
  return { tally: () => tally, fault: () => fault, stop: end };
}
