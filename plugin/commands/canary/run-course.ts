import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { canaryRunSpec } from '../../command-line/canary-specs.ts';
import type { Io } from '../../io.ts';
import { escapeControls } from '../../output/escape.ts';
import type { Vehicle } from '../../services/canary/drive.ts';
import { planAbort } from '../../services/canary/plan-abort.ts';
import { hasStep, planBegin, planLeave, planNext, planRelease, planStay } from '../../services/canary/plan-run.ts';
import { parseSteps } from '../../services/canary/plan-step.ts';
import type { CanaryPlan, PlanContext } from '../../services/canary/plan.ts';
import { routesOf, type ServiceRef } from '../../services/canary/proxy.ts';
import type { RunState } from '../../services/canary/record.ts';
import { nameOf } from '../../services/change/object-name.ts';
import type { Problem } from '../../services/change/problem.ts';
import { orFail } from '../change/fail.ts';
import { timeOf } from '../change/options.ts';
import type { CommandInput } from '../command.ts';
import { filled } from '../scope.ts';
import { change } from './change.ts';
import { isUnderWay, serviceOf, weightJob } from './job.ts';
import type { Session } from './session.ts';
import { lateFailure } from './show-change.ts';

export type RunInput = CommandInput<typeof canaryRunSpec>;
export type Told = Awaited<ReturnType<typeof change<CanaryPlan>>>;

/** What drives, and what it drives. */
export interface Course {
  readonly vehicle: Vehicle;
  /** Lets go where somebody else has the wheel, or had a grip at it. Rejects with CommandFailure. */
  leave(): Promise<void>;
  /** The canary; null where it is on record. */
  readonly to: ServiceRef | null;
  /** The object before the first step. Rejects with CommandFailure. */
  find(): Promise<JsonObject>;
  /** The object after the last step; null before the first. */
  current(): JsonObject | null;
}

/** Throws CommandFailure that names a flag. */
export function courseOf(input: RunInput, name: string, session: Session, tell: (told: Told) => void, io: Io): Course {
  const { flags } = input;
  const driver = driverOf(input, name, session, tell, io);
  const intervalText = flags.interval ?? '2m';
  const intervalMs = timeOf('--interval', intervalText, name, io);
  const steps = filled(flags.steps) === null ? [] : orFail(parseSteps(flags.steps ?? ''));
  const choice = { route: filled(flags.route), allRoutes: flags['all-routes'], to: driver.to, steps };
  const id = randomBytes(6).toString('hex');
  const then = async (plan: RunPlan, action: string): Promise<void> =>
    driver.perform((proxy, context) => {
      const next = `${new Date(Date.parse(context.at) + intervalMs).toISOString().slice(0, 19)}Z`;
      return plan(proxy, { id, by: context.by, interval: intervalText, next }, context);
    }, action);
  const vehicle: Vehicle = {
    async step() {
      const begin: RunPlan = (proxy, run, context) => planBegin(proxy, { ...choice, run }, context);
      await then(driver.current() === null ? begin : planNext, 'step');
      return driver.hasMore();
    },
    async stay(reason) {
      io.writeError(`Note: ${escapeControls(reason)}; staying for another ${escapeControls(intervalText)}\n`);
      await then(planStay, 'stay');
    },
    hold: () => then(planRelease, 'hold'),
    abort: () => driver.perform(planAbort, 'abort'),
    wait: (signal) => pause(intervalMs, undefined, { signal }).catch(() => {}),
  };
  return { vehicle, leave: () => then(planLeave, 'hold'), ...driver };
}

type DrivePlan = (proxy: JsonObject, context: PlanContext) => CanaryPlan | Problem;
type RunPlan = (proxy: JsonObject, run: RunState, context: PlanContext) => CanaryPlan | Problem;

interface Driver extends Omit<Course, 'vehicle' | 'leave'> {
  /** Rejects with CommandFailure. */
  perform(plan: DrivePlan, action: string): Promise<void>;
  /** Whether a step is left. */
  hasMore(): boolean;
}

function driverOf(input: RunInput, name: string, session: Session, tell: (told: Told) => void, io: Io): Driver {
  const {
    flags,
    arguments: [word = null],
  } = input;
  const to = serviceOf('--to', flags.to);
  const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', name, io);
  const isCandidate =
    to === null ? isUnderWay : (proxy: JsonObject): boolean => routesOf(proxy).some(({ group }) => group.length > 0);
  const job = weightJob({ command: name, action: 'step', flags, word, isCandidate, retype: '' });
  let current: JsonObject | null = null;
  return {
    to,
    find: () => job.find(session),
    current: () => current,
    hasMore: () =>
      current !== null && hasStep(current, { by: '', at: '', command: '', name: nameOf(current), remember: true }),
    async perform(plan, action) {
      const known = current;
      const find = known === null ? job.find : () => session.store.again(known);
      const planned = async (proxy: JsonObject, context: PlanContext): Promise<CanaryPlan | Problem> =>
        plan(proxy, context);
      const done = { ...job, find, plan: planned, action, needsBackends: action === 'step' };
      const told = await change({ job: done, session, dryRun: 'none', timeoutMs, io });
      current = told.proxy;
      tell(told);
      const failure = lateFailure(told.outcome, nameOf(told.proxy), io.program);
      if (failure !== null) throw failure;
    },
  };
}
