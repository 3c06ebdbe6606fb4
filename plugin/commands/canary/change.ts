import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { ChangeFlags } from '../../command-line/canary-flags.ts';
import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { readBackends } from '../../load/backends.ts';
import { openSource } from '../../load/open-source.ts';
import { applyChange, type Applied } from '../../services/canary/apply.ts';
import { watchLive, type LiveOutcome, type LiveWatch } from '../../services/change/await-live.ts';
import { backendFault, type Backend } from '../../services/canary/backends.ts';
import { isOrphan, rowsQuestion, type Expectation } from '../../services/change/live.ts';
import { ownerOf } from '../../services/change/owner.ts';
import type { CanaryPlan, PlanContext } from '../../services/canary/plan.ts';
import type { Problem } from '../../services/change/problem.ts';
import type { DryRun } from '../../services/change/written.ts';
import { reportFormat } from '../output-format.ts';
import { closeSession } from '../change/close-session.ts';
import { orFail } from '../change/fail.ts';
import { placeWords } from '../change/place-words.ts';
import { dryRunOf, timeOf } from '../change/options.ts';
import { showChange, type Shown } from './show-change.ts';
import { authorOf, namespaceIn, openSession, type Session } from './session.ts';
import { nameOf } from '../../services/change/object-name.ts';
import { warnTo } from '../../output/warning.ts';
import { describeRight, type Right } from '../../services/rights.ts';

export type AnyChangeFlags = ChangeFlags & ConnectionFlags;

/** One change of one HTTPProxy, as a command asks for it. */
export interface ChangeJob<Plan extends CanaryPlan> {
  /** As people call the command: `canary start`. */
  readonly command: string;
  /** What the report calls it: `start`. */
  readonly action: string;
  readonly flags: AnyChangeFlags;
  /** NAME and flags as they would be typed again with -f. */
  readonly retype: string;
  /** What of spec is written. */
  readonly field: 'routes' | 'includes';
  /** Whether somebody gets requests who must be able to answer them. */
  readonly needsBackends: boolean;
  /** Whether `canary abort` undoes it. */
  readonly undoable: boolean;
  find(session: Session): Promise<JsonObject>;
  plan(proxy: JsonObject, context: PlanContext, session: Session): Promise<Plan | Problem>;
  expect(applied: Applied<Plan>, namespace: string): Expectation;
  child(plan: Plan): { readonly from: string; readonly to: string } | null;
}

/** Does it and tells it. Answers the exit code. Rejects with CommandFailure. */
export async function runChange<Plan extends CanaryPlan>(job: ChangeJob<Plan>, io: Io): Promise<number> {
  const { flags, command } = job;
  const format = reportFormat(flags.output, command, io);
  const dryRun = dryRunOf(flags['dry-run'], command, io);
  const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', command, io);
  const session = await openSession(flags, io, command);
  const done = await change({ job, session, dryRun, timeoutMs, io });
  const failure = await showChange({ ...done, session, format, dryRun, command: `${io.program} canary` }, io);
  if (failure !== null) throw failure;
  await closeSession(session);
  return 0;
}

interface Run<Plan extends CanaryPlan> {
  readonly job: ChangeJob<Plan>;
  readonly session: Session;
  readonly dryRun: DryRun;
  readonly timeoutMs: number;
  readonly io: Io;
}

/** Rejects with CommandFailure; where it does, nothing was changed unless the message says so. */
export async function change<Plan extends CanaryPlan>(
  run: Run<Plan>,
): Promise<Omit<Shown, 'session' | 'format' | 'dryRun' | 'command'>> {
  const { job, session, dryRun, timeoutMs, io } = run;
  const [first, author] = await Promise.all([job.find(session), authorOf(session, io)]);
  const name = displayName(first);
  const remember = session.type === 'cluster';
  const place = placeWords(job.flags);
  const context = { ...author, command: `${io.program} canary${place}`, name, remember };
  const namespace = namespaceIn(session, first);
  let backends: ReadonlyMap<string, Backend> = new Map();
  const check = async (proxy: JsonObject, plan: Plan): Promise<void> => {
    if (session.type === 'files') return;
    refuseOwned(proxy, job, io);
    const names = plan.changes.flatMap(({ before, after }) => [...before, ...after].map((share) => share.name));
    const seen = await readBackends(session.cluster, namespace, names, new AbortController().signal);
    ({ backends } = seen);
    if (job.needsBackends && !job.flags.force) for (const right of seen.missing) warnTo(io)(unchecked(right));
    const fault = job.needsBackends && !job.flags.force ? backendFault(plan.changes, backends) : null;
    if (fault !== null) orFail<JsonObject>(fault);
  };
  const plan = async (proxy: JsonObject): Promise<Plan> => orFail(await job.plan(proxy, context, session));
  const live = dryRun === 'none' && session.type === 'cluster' && job.flags.wait ? listen(run, first, namespace) : null;
  try {
    const applied = await applyChange(session.store, first, { plan, check }, dryRun);
    const isChanged = applied.plan.operations.length > 0;
    const outcome = live !== null && isChanged ? await live.outcome(job.expect(applied, namespace), timeoutMs) : null;
    const isUndoable = job.undoable && isChanged && applied.plan.record !== null;
    const undo = isUndoable ? `${io.program} canary abort ${name}${place}` : null;
    const told = { outcome, backends, undo, action: job.action, child: job.child(applied.plan) };
    return { ...told, proxy: applied.proxy, plan: applied.plan, note: noteFor(outcome) };
  } finally {
    await live?.close();
  }
}

/** An object called `promote` is not what `canary promote` is about. */
function displayName(proxy: JsonObject): string {
  const name = nameOf(proxy);
  const verbs = ['start', 'step', 'run', 'promote', 'abort', 'switch', 'status', 'list', 'watch'];
  return verbs.includes(name) ? `proxy/${name}` : name;
}

function listen<Plan extends CanaryPlan>(
  { job, io }: Run<Plan>,
  proxy: JsonObject,
  namespace: string,
): LiveWatch | null {
  if (isOrphan(proxy)) return null;
  const flags = { ...job.flags, filename: [], closed: false };
  const open = () => openSource(flags, io, { command: job.command, watch: true });
  return watchLive(open, rowsQuestion(proxy, namespace), () => performance.now());
}

function unchecked(right: Right): string {
  return `whether services are ready is not known: the right to ${describeRight(right)} is missing`;
}

function refuseOwned<Plan extends CanaryPlan>(proxy: JsonObject, job: ChangeJob<Plan>, io: Io): void {
  const owner = ownerOf(proxy, job.field);
  if (owner === null) return;
  const message = `spec.${job.field} is owned by "${owner.name}" (${owner.product}); it will undo this`;
  if (job.flags['force-conflicts']) {
    warnTo(io)(message);
    return;
  }
  throw new CommandFailure(message, [
    `Edit the file instead: ${io.program} ${job.command} -f FILE ${job.retype}`,
    'Write all the same:    --force-conflicts',
  ]);
}

function noteFor(outcome: LiveOutcome | null): string | null {
  return outcome?.type === 'untold' ? outcome.reason : null;
}
