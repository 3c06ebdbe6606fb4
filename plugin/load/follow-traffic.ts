import { isKubernetesError } from '../../kubernetes/errors.ts';
import { CommandFailure } from '../failure.ts';
import { samplesOf, slide, type Window } from '../services/traffic/sample.ts';
import { emptyTally, tallyUp } from '../services/traffic/tally.ts';
import type { FollowTraffic, Traffic } from '../services/traffic/traffic.ts';
import { countedPorts, missingTraffic, trafficQuestion } from '../services/traffic/traffic-question.ts';
import type { Source } from '../source.ts';
import type { TrafficReport } from '../traffic-report.ts';
import { createPauses } from './reconnect.ts';

/**
 * Follows what Envoys count, through whoever knows them.
 *
 * @param openSource rejects with CommandFailure
 * @param now in ms
 */
export function trafficFrom(openSource: () => Promise<Source>, now: () => number): FollowTraffic {
  return async ({ namespace, services, weights }, sink, signal) => {
    const ports = countedPorts(namespace, services);
    if (ports.length === 0) return sink({ type: 'unavailable', reason: 'no service of the route has a port' });
    const question = trafficQuestion(ports);
    const read = createReader(weights, now);
    const pauses = createPauses(signal);
    const lost = (reason: string): void => {
      if (!signal.aborted) sink({ type: 'unavailable', reason });
    };
    while (!signal.aborted) {
      try {
        const source = await openSource();
        const hear = (report: TrafficReport): void => {
          pauses.reset();
          sink(read(report));
        };
        await source.follow(question, hear, lost, signal);
        await source.close();
      } catch (error) {
        if (!(error instanceof CommandFailure) && !isKubernetesError(error)) throw error;
        lost(error.message);
      }
      await pauses.next();
    }
  };
}

function createReader(weights: () => string, now: () => number): (report: TrafficReport) => Traffic {
  let tally = emptyTally;
  let window: Window = [];
  let counted = weights();
  return (report) => {
    const reason = missingTraffic(report);
    if (reason !== null) return { type: 'unavailable', reason };
    tally = tallyUp(tally, report.items);
    if (counted !== weights()) window = [];
    counted = weights();
    window = slide(window, tally, now());
    return { type: 'counted', samples: samplesOf(window, report.services) };
  };
}
