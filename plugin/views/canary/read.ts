import { reachedText } from '../../output/canary-log.ts';
import { percentText } from '../../services/canary/weights.ts';
import { deadBecause, whyNotChange } from './keys.ts';
import type { CanaryState } from './state.ts';

/** The screen in sentences. */
export function read(state: CanaryState): readonly string[] {
  const { moment, facts, page, question, busy, notice, staged } = state;
  if (page !== null) return [`${page.title}.`, ...page.lines];
  const { item, subject, traffic } = moment;
  const services = (subject?.services ?? []).map(
    ({ service, percent, isCanary }) => `${isCanary ? 'Canary' : 'Stable'} ${service} gets ${percentText(percent)}.`,
  );
  const counted =
    traffic.type === 'unavailable'
      ? [`No stats: ${traffic.reason}.`]
      : traffic.samples.map(
          ({ service, requestsPerSecond, classes, percent }) =>
            `${service}: ${percent === null ? '' : `seen ${percent.toFixed(1)}%, `}${requestsPerSecond.toFixed(1)} requests a second, ${classes['5xx'].toFixed(1)}% 5xx.`,
        );
  const asked = question === null ? [] : [`Asked: ${question.type}.`];
  return [
    `Canary of proxy ${item.object.namespace ?? ''}/${item.object.name}, host ${item.host ?? 'none'}.`,
    ...(facts.stale === null ? [] : [`What is known is stale: ${facts.stale.reason}.`]),
    ...(moment.problem === null ? [] : [`${moment.problem.problem}.`]),
    ...services,
    ...(staged === null ? [] : [`Staged: ${percentText(staged)}. Enter applies it.`]),
    `Reached: ${reachedText(moment.reached)}.`,
    ...counted,
    ...(busy === null ? [] : [`Under way: ${busy}.`]),
    ...(notice === null ? [] : [notice.text]),
    ...asked,
    deadBecause(state) ?? whyNotChange(state) ?? 'Keys: arrows stage, enter applies, p promotes, a aborts, q quits.',
  ];
}
