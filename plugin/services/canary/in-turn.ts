import { applyPatch, isObject, type JsonObject } from '../../../files/edit/json-patch.ts';
import { type CanaryPlan, type RouteChange } from './plan.ts';
import { isProblem, type Problem } from '../change/problem.ts';
import { sameJson } from '../change/same-json.ts';

export type Planner = (proxy: JsonObject) => CanaryPlan | Problem;

/** One plan after another, each of what the one before leaves, as one patch: all of it happens, or nothing. */
export function inTurn(proxy: JsonObject, planners: readonly Planner[]): CanaryPlan | Problem {
  let current = proxy;
  let whole: CanaryPlan = { operations: [], changes: [], record: null, notes: [] };
  for (const planner of planners) {
    const plan = planner(current);
    if (isProblem(plan)) return plan;
    const patched = applyPatch(current, plan.operations);
    if (patched.type !== 'patched' || !isObject(patched.value)) throw new Error('a plan does not fit what it is for');
    current = patched.value;
    whole = {
      operations: [...whole.operations, ...plan.operations],
      changes: plan.changes.reduce(joinChange, whole.changes),
      record: plan.record,
      notes: [...whole.notes, ...plan.notes],
    };
  }
  return whole;
}

/** From where the first one began to where the last one ends. */
function joinChange(changes: readonly RouteChange[], next: RouteChange): readonly RouteChange[] {
  const at = changes.findIndex(({ conditions }) => sameJson(conditions, next.conditions));
  const known = changes[at];
  return known === undefined ? [...changes, next] : changes.with(at, { ...known, after: next.after });
}
