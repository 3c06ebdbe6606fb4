import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { inTurn } from './in-turn.ts';
import type { CanaryPlan, PlanContext } from './plan.ts';
import { planStart, type StartRequest } from './plan-start.ts';
import { nextStep, planStep } from './plan-step.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { recordOf, recordOperations, type CanaryRecord, type RunState } from './record.ts';

export interface RunRequest extends Omit<StartRequest, 'to' | 'percent' | 'condition'> {
  /** Null where a canary is on record already. */
  readonly to: StartRequest['to'] | null;
  readonly run: RunState;
}

/** The first step of somebody who drives: of a canary that starts here, or of one that is on record. */
export function planBegin(proxy: JsonObject, request: RunRequest, context: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  const { to, steps, run } = request;
  if ((record?.canary ?? null) === null && to === null) return nothingToRun(context);
  if (steps.length === 0 && (record?.steps ?? []).length === 0)
    return problemOf('no steps are on record: say them, such as --steps 5,25,50,100');
  const start = record === null && to !== null ? { ...request, to, percent: 0, condition: null } : null;
  return inTurn(proxy, [
    ...(start === null ? [] : [(each: JsonObject) => planStart(each, start, context)]),
    (each) => planRecord(each, (old) => ({ ...old, steps: steps.length > 0 ? steps : old.steps, run })),
    (each) => planStep(each, context),
  ]);
}

function nothingToRun({ command, name }: PlanContext): Problem {
  return problemOf(`no canary of ${name} is on record`, [
    `Say which it is: ${command} run ${name} --to SERVICE --steps 5,25,50,100`,
  ]);
}

/** The next step of the same driver. */
export function planNext(proxy: JsonObject, run: RunState, context: PlanContext): CanaryPlan | Problem {
  return (
    guarded(proxy, run, context) ??
    inTurn(proxy, [(each) => planRecord(each, (old) => ({ ...old, run })), (each) => planStep(each, context)])
  );
}

/** The same driver stays on the step for longer. */
export function planStay(proxy: JsonObject, run: RunState, context: PlanContext): CanaryPlan | Problem {
  return guarded(proxy, run, context) ?? planRecord(proxy, (old) => ({ ...old, run }));
}

/** Nobody drives any more; the weights stay. */
export function planRelease(proxy: JsonObject, run: RunState, context: PlanContext): CanaryPlan | Problem {
  return guarded(proxy, run, context) ?? planRecord(proxy, (old) => ({ ...old, run: null }));
}

/** The same of somebody who does not drive any more, whether or not that is on record by now. */
export function planLeave(proxy: JsonObject, run: RunState, context: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  const isOurs = record !== null && !isProblem(record) && record.run?.id === run.id;
  return isOurs ? planRelease(proxy, run, context) : inTurn(proxy, []);
}

/** Whether another step is left. */
export function hasStep(proxy: JsonObject, context: PlanContext): boolean {
  return !isProblem(nextStep(proxy, context));
}

/** Somebody else may have ended it, or drives now. */
function guarded(proxy: JsonObject, { id }: RunState, { name }: PlanContext): Problem | null {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  if (record === null) return problemOf(`the canary of ${name} was ended by someone else`);
  if (record.run?.id === id) return null;
  const who = record.run === null ? 'someone else has stopped it' : `${record.run.by} drives it now`;
  return problemOf(`this is no longer the driver of ${name}: ${who}`);
}

function planRecord(proxy: JsonObject, change: (record: CanaryRecord) => CanaryRecord): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  if (record === null) return problemOf('no canary is on record');
  const next = change(record);
  return { operations: recordOperations(proxy, next), changes: [], record: next, notes: [] };
}
