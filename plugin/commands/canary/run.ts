import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { canaryRunSpec } from '../../command-line/canary-specs.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { printLive } from '../../output/canary-change.ts';
import { escapeControls } from '../../output/escape.ts';
import { printJsonLine } from '../../output/json.ts';
import { drive, noJudge, type Vehicle } from '../../services/canary/drive.ts';
import type { CanaryPlan, PlanContext } from '../../services/canary/plan.ts';
import { planAbort } from '../../services/canary/plan-abort.ts';
import { hasStep, planBegin, planNext, planRelease } from '../../services/canary/plan-run.ts';
import { parseSteps } from '../../services/canary/plan-step.ts';
import type { Problem } from '../../services/change/problem.ts';
import { routesOf } from '../../services/canary/proxy.ts';
import type { RunState } from '../../services/canary/record.ts';
import { changeReport } from '../../services/canary/report.ts';
import { percentText } from '../../services/canary/weights.ts';
import { command, type CommandInput } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { filled } from '../scope.ts';
import { change } from './change.ts';
import { orFail } from '../change/fail.ts';
import { isUnderWay, serviceOf, weightJob } from './job.ts';
import { dryRunOf, timeOf } from '../change/options.ts';
import { closeSession, openSession, type Session } from './session.ts';
import { lateFailure } from './show-change.ts';
import { nameOf } from '../../services/change/object-name.ts';

type Input = CommandInput<typeof canaryRunSpec>;
type Told = Awaited<ReturnType<typeof change<CanaryPlan>>>;

const NAME = 'canary run';

export const canaryRunCommand = command(canaryRunSpec, async (input, io) => {
  const { flags } = input;
  const format = outputFormat(flags.output ?? '', ['', 'json'], NAME, io);
  const onInterrupt = outcomeOf(flags['on-interrupt'] ?? 'hold');
  refuseUnknown(input, io);
  const session = await openSession(flags, io, NAME);
  const stop = new AbortController();
  const release = io.onInterrupt(() => stop.abort());
  const tell = (told: Told): void => io.write(format === 'json' ? jsonLine(told) : textLine(told));
  const vehicle = await vehicleOf(input, session, tell, io);
  const end = await drive(vehicle, noJudge, onInterrupt, stop.signal);
  release();
  await closeSession(session);
  if (end.type === 'judged') throw new CommandFailure(`aborted: ${end.reason}`);
  return end.type === 'interrupted' ? 130 : 0;
});

function outcomeOf(text: string): 'abort' | 'hold' {
  if (text === 'abort' || text === 'hold') return text;
  throw new CommandFailure(`--on-interrupt is hold or abort, not "${text}"`);
}

function refuseUnknown({ flags }: Input, io: Io): void {
  const guards = ['max-5xx', 'max-p99', 'min-requests'] as const;
  const guard = guards.find((name) => filled(flags[name]) !== null);
  if (guard !== undefined)
    throw new CommandFailure(`--${guard} needs the statistics of the Envoys, which are not read yet: leave it out`, [
      'Nothing was changed.',
    ]);
  if (flags.filename.length > 0) throw new CommandFailure('canary run drives a cluster: files have nobody to wait for');
  if (dryRunOf(flags['dry-run'], NAME, io) !== 'none')
    throw new CommandFailure('canary run has no dry run: canary start and canary step have one each');
}

async function vehicleOf(input: Input, session: Session, tell: (told: Told) => void, io: Io): Promise<Vehicle> {
  const {
    flags,
    arguments: [word = null],
  } = input;
  const intervalText = flags.interval ?? '2m';
  const intervalMs = timeOf('--interval', intervalText, NAME, io);
  const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', NAME, io);
  const steps = filled(flags.steps) === null ? [] : orFail(parseSteps(flags.steps ?? ''));
  const choice = { route: filled(flags.route), allRoutes: flags['all-routes'], to: serviceOf('--to', flags.to), steps };
  const id = randomBytes(6).toString('hex');
  const runBy = ({ by, at }: PlanContext): RunState => {
    const next = `${new Date(Date.parse(at) + intervalMs).toISOString().slice(0, 19)}Z`;
    return { id, by, interval: intervalText, next };
  };
  const isCandidate =
    choice.to === null
      ? isUnderWay
      : (proxy: JsonObject): boolean => routesOf(proxy).some(({ group }) => group.length > 0);
  const job = weightJob({ command: NAME, action: 'step', flags, word, isCandidate, retype: '' });
  let current: JsonObject | null = null;
  let more = true;
  const perform = async (
    plan: (proxy: JsonObject, context: PlanContext) => CanaryPlan | Problem,
    action: string,
  ): Promise<Told> => {
    const known = current;
    const find = known === null ? job.find : () => session.store.again(known);
    const planned = async (proxy: JsonObject, context: PlanContext): Promise<CanaryPlan | Problem> =>
      plan(proxy, context);
    const told = await change({
      job: { ...job, find, plan: planned, action, needsBackends: action === 'step' },
      session,
      dryRun: 'none',
      timeoutMs,
      io,
    });
    current = told.proxy;
    more = hasStep(told.proxy, { by: '', at: '', command: '', name: nameOf(told.proxy), remember: true });
    tell(told);
    const failure = lateFailure(told.outcome, nameOf(told.proxy), io.program);
    if (failure !== null) throw failure;
    return told;
  };
  return {
    async step() {
      await perform(
        (proxy, context) =>
          current === null
            ? planBegin(proxy, { ...choice, run: runBy(context) }, context)
            : planNext(proxy, runBy(context), context),
        'step',
      );
      return more;
    },
    hold: async () => void (await perform((proxy, context) => planRelease(proxy, runBy(context), context), 'hold')),
    abort: async () => void (await perform((proxy, context) => planAbort(proxy, context), 'abort')),
    wait: (signal) => pause(intervalMs, undefined, { signal }).catch(() => {}),
  };
}

function jsonLine(told: Told): string {
  return printJsonLine(changeReport({ ...told, dryRun: 'none', file: null }));
}

/** `2026-11-21T12:03:10Z  web  web-v2 5% -> 25%  live on 3/3 envoys after 41ms` */
function textLine({ plan, proxy, outcome, action }: Told): string {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const moved = plan.changes.flatMap(({ before, after }) =>
    after.map(({ service, percent }) => {
      const was = before.find((share) => share.service === service)?.percent ?? 0;
      return `${service} ${percentText(was)} -> ${percentText(percent)}`;
    }),
  );
  const live = printLive(outcome, null).trimEnd();
  return `${escapeControls([now, nameOf(proxy), action, moved.join(', '), live].filter((part) => part !== '').join('  '))}\n`;
}
