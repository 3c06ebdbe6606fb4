import type { CanaryPlan, RouteChange } from '../../services/canary/plan.ts';
import { planAbort } from '../../services/canary/plan-abort.ts';
import { planWeight } from '../../services/canary/plan-weight.ts';
import { percentText } from '../../services/canary/weights.ts';
import { isProblem, type Problem } from '../../services/change/problem.ts';
import type { CanaryState } from './state.ts';

/** What is staged, as it would be written; else what has changed since the canary began. */
export function diffLines({ staged, facts, setting }: CanaryState): readonly string[] {
  const { choice, context } = setting.view;
  if (staged !== null) {
    const wish = { type: 'share', percent: staged } as const;
    const plan = planWeight(facts.proxy, { ...choice, wish, stable: null }, context);
    return planned('staged, not written yet', plan, (change) => change);
  }
  // The way back tells how it was.
  const plan = planAbort(facts.proxy, context);
  return planned('since the canary began', plan, (change) => ({
    ...change,
    before: change.after,
    after: change.before,
  }));
}

function planned(
  title: string,
  plan: CanaryPlan | Problem,
  seen: (change: RouteChange) => RouteChange,
): readonly string[] {
  if (isProblem(plan)) return [plan.problem, ...plan.hints];
  return [title, '', ...plan.changes.map(seen).flatMap(changeLines)];
}

function changeLines({ label, pointer, before, after }: RouteChange): readonly string[] {
  const services = [...new Set([...before, ...after].map(({ service }) => service))];
  const rows = services.flatMap((service) => {
    const was = before.find((share) => share.service === service);
    const now = after.find((share) => share.service === service);
    if (was?.weight === now?.weight) return [`    ${service}: weight ${now?.weight ?? '-'}`];
    const said = (share: typeof was): string =>
      share === undefined ? 'not there' : `weight ${share.weight ?? '-'} (${percentText(share.percent)})`;
    return [`  - ${service}: ${said(was)}`, `  + ${service}: ${said(now)}`];
  });
  return [`${label}   ${pointer}`, ...rows];
}
