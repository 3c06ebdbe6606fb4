import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { chooseCanary } from './choose-canary.ts';
import { chooseRoutes } from './choose-route.ts';
import { sharesOf, type CanaryPlan, type PlanContext } from './plan.ts';
import { planWeight } from './plan-weight.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { routesOf } from './proxy.ts';
import { recordOf, type CanaryRecord } from './record.ts';

const everywhere = { route: null, allRoutes: false, to: null, stable: null } as const;

/** To the next of the recorded steps that is above where the canary is. */
export function planStep(proxy: JsonObject, context: PlanContext): CanaryPlan | Problem {
  const next = nextStep(proxy, context);
  if (isProblem(next)) return next;
  const wish = { type: 'share', percent: next.percent } as const;
  return planWeight(proxy, { wish, ...everywhere }, context);
}

export interface Step {
  readonly percent: number;
  readonly record: CanaryRecord;
}

export function nextStep(proxy: JsonObject, context: PlanContext): Step | Problem {
  const { command, name } = context;
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  if (record === null || record.steps.length === 0) {
    return problemOf(`${name} has no steps on record`, [
      `Record some: ${command} start ${name} --to SERVICE --steps 5,25,50,100`,
    ]);
  }
  const now = canaryPercent(proxy, record, context);
  if (typeof now !== 'number') return now;
  const percent = record.steps.find((step) => step > now);
  if (percent !== undefined) return { percent, record };
  return problemOf(`${name} has taken its last step: the canary has ${now}%`, [`End it: ${command} promote ${name}`]);
}

/** What the canary gets now, in the first of its routes. */
function canaryPercent(proxy: JsonObject, record: CanaryRecord, context: PlanContext): number | Problem {
  const routes = chooseRoutes(routesOf(proxy), everywhere, record, context);
  if (isProblem(routes)) return routes;
  const [route] = routes;
  if (route === undefined) return problemOf('the object has no weighted route');
  const place = chooseCanary(route, everywhere, record, context);
  return typeof place === 'number' ? (sharesOf(route)[place]?.percent ?? 0) : place;
}

/** Steps upwards, each once: `5,25,50,100`. */
export function parseSteps(text: string): readonly number[] | Problem {
  const steps = text.split(',').map((step) => step.trim());
  const wrong = steps.find((step) => !/^[0-9]{1,3}$/.test(step) || Number(step) > 100 || Number(step) < 1);
  if (wrong !== undefined)
    return problemOf(`--steps takes whole numbers from 1 to 100, such as 5,25,50,100, not "${wrong}"`);
  const numbers = steps.map(Number);
  const falls = numbers.some((step, index) => index > 0 && step <= (numbers[index - 1] ?? 0));
  return falls ? problemOf('--steps must rise, such as 5,25,50,100') : numbers;
}
