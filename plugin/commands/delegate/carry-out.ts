import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { missingRight } from '../../load/api-failure.ts';
import type { FileEdit } from '../../load/file-texts.ts';
import { may } from '../../load/may.ts';
import { printNeeds, printPlannedDiff } from '../../output/delegation.ts';
import { escapeControls, escapeLines } from '../../output/escape.ts';
import { isDocumentFormat } from '../../output/report-format.ts';
import { warnTo } from '../../output/warning.ts';
import { ownerOf } from '../../services/change/owner.ts';
import type { DryRun } from '../../services/change/written.ts';
import { nameOf } from '../../services/change/object-name.ts';
import { isProblem, type Problem } from '../../services/change/problem.ts';
import { needOf } from '../../services/delegate/needs.ts';
import type { Check, Step } from '../../services/delegate/plan.ts';
import { describeRight } from '../../services/rights.ts';
import { isInteractive } from '../interactive.ts';
import { orFail } from '../change/fail.ts';
import { homeIn, type Session, type WriteFlags } from './session.ts';

/** A plan of whatever kind, as far as carrying it out goes. */
export interface AnyPlan {
  readonly steps: readonly Step[];
  readonly checks: readonly Check[];
}

export interface Job<Plan extends AnyPlan> {
  readonly session: Session;
  readonly flags: WriteFlags;
  readonly dryRun: DryRun;
  /** The words that do it with -f. */
  readonly retype: string;
  /** Why it has to be asked for even so; null where `--yes` says enough. */
  readonly question: string;
  plan(): Promise<Plan | Problem>;
}

export interface CarriedOut<Plan extends AnyPlan> {
  readonly plan: Plan;
  /** The objects, as they are now or would be. */
  readonly objects: readonly JsonObject[];
  /** Of files. */
  readonly edits: readonly FileEdit[];
}

/** How often it is planned again after somebody else was faster. */
const RETRIES = 3;

/**
 * Plans, checks, shows, asks and writes, one step after another; where somebody else was faster all is planned again.
 * Null where nothing was to be done after being asked. Rejects with CommandFailure.
 */
export async function carryOut<Plan extends AnyPlan>(
  job: Job<Plan>,
  io: Io,
  beforeWriting: (plan: Plan) => void,
): Promise<CarriedOut<Plan> | null> {
  const { session, dryRun } = job;
  for (let attempt = 0; ; attempt += 1) {
    const plan = await planned(job);
    if (plan.steps.length === 0) return { plan, objects: [], edits: [] };
    if (attempt === 0) {
      refuseOwned(job, plan, io);
      if (!(await mayGoOn(job, plan, io))) return null;
      beforeWriting(plan);
    }
    const written = await writeSteps(session, plan.steps, dryRun);
    if (written !== null) {
      const edits = session.type === 'files' ? session.store.edits() : [];
      const isPrinted = session.type === 'files' && isDocumentFormat(job.flags.output);
      if (session.type === 'files' && dryRun === 'none' && !isPrinted) session.store.save();
      return { plan, objects: written, edits };
    }
    if (attempt === RETRIES)
      throw new CommandFailure('somebody else is changing the same objects, again and again', [
        `Look at what there is, and try again: ${io.program} delegate list`,
      ]);
    await pause(20 * (attempt + 1) * (1 + Math.random()));
  }
}

async function planned<Plan extends AnyPlan>(job: Job<Plan>): Promise<Plan> {
  const plan = await job.plan();
  if (isProblem(plan as Plan | Problem)) return orFail(plan as Plan | Problem);
  const sound = plan as Plan;
  const [first, ...others] = sound.checks.filter(({ result }) => result === 'fail');
  if (first === undefined || job.flags.force) return sound;
  throw new CommandFailure(first.message, [
    ...others.map(({ message }) => `Also: ${message}`),
    'Nothing was changed. Write it all the same: --force',
  ]);
}

/** Null where somebody else was faster. */
async function writeSteps(
  { store }: Session,
  steps: readonly Step[],
  dryRun: DryRun,
): Promise<readonly JsonObject[] | null> {
  const objects: JsonObject[] = [];
  for (const step of steps) {
    const written =
      step.type === 'create'
        ? await store.create(step.object, dryRun)
        : await store.patch(step.object, step.operations, dryRun);
    if (written.type === 'conflict') return null;
    objects.push(written.object);
  }
  return objects;
}

function refuseOwned<Plan extends AnyPlan>({ session, flags, retype }: Job<Plan>, { steps }: Plan, io: Io): void {
  if (session.type === 'files') return;
  for (const { type, object } of steps) {
    const field = object['kind'] === 'HTTPProxy' ? 'includes' : 'delegations';
    const owner = type === 'create' ? null : ownerOf(object, field);
    if (owner === null) continue;
    const message = `spec.${field} of ${nameOf(object)} is owned by "${owner.name}" (${owner.product}); it will undo this`;
    if (!flags['force-conflicts'])
      throw new CommandFailure(message, [
        `Edit the file instead: ${io.program} ${retype} -f FILE`,
        'Write all the same:    --force-conflicts',
      ]);
    warnTo(io)(message);
  }
}

/** Shows what is about to happen and what it takes, and asks. */
async function mayGoOn<Plan extends AnyPlan>(job: Job<Plan>, plan: Plan, io: Io): Promise<boolean> {
  const { session, flags, dryRun } = job;
  if (session.type === 'files') return true;
  const needs = plan.steps.map((step) => needOf(step, homeIn(session, step.object)));
  const { signal } = new AbortController();
  const granted = await Promise.all(needs.map((need) => may(session.cluster, need, signal)));
  const isPlain = (flags.output ?? '') === '';
  if (isPlain) {
    io.writeError(escapeLines(printPlannedDiff(plan.steps)));
    io.writeError(printNeeds(needs, granted));
  }
  const denied = needs.find((_, index) => granted[index] === false);
  if (denied !== undefined && dryRun !== 'client')
    throw new CommandFailure(`you may not ${describeRight(denied)}: nothing was changed`, missingRight(denied));
  if (flags.yes || dryRun !== 'none') return true;
  if (!isInteractive(io, { plain: false, output: flags.output }))
    throw new CommandFailure(`${job.question}? There is no terminal to answer on: pass --yes`, [
      'Nothing was changed.',
    ]);
  const answer = await io.ask(`${escapeControls(job.question)}? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}
