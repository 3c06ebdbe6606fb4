import type { GuardFlags, ScreenFlags } from '../../command-line/screen-flags.ts';
import type { Io } from '../../io.ts';
import { CommandFailure } from '../../failure.ts';
import { may } from '../../load/may.ts';
import { clipboard } from '../../output/clipboard.ts';
import { printPlannedDiff } from '../../output/delegation.ts';
import { escapeControls } from '../../output/escape.ts';
import { nameOf } from '../../services/change/object-name.ts';
import { isProblem } from '../../services/change/problem.ts';
import { needOf } from '../../services/delegate/needs.ts';
import type { PathPlan } from '../../services/delegate/plan-path.ts';
import { takePicture } from '../../services/delegate/picture.ts';
import type { TrialWorld } from '../../services/delegate/world.ts';
import { describeRight } from '../../services/rights.ts';
import { wizardScreen } from '../../views/delegate/screen.ts';
import {
  type Answers,
  type ChildChoice,
  firstState,
  type HostChoice,
  type Trial,
  type WizardEffect,
  type WizardEnd,
  type WizardEvent,
} from '../../views/delegate/state.ts';
import type { Backstage } from '../../views/screen.ts';
import { type ScreenEnd, showScreen } from '../../views/show-screen.ts';
import { heldBack, isProtected } from '../interactive.ts';
import { closeSession } from '../change/close-session.ts';
import { homeIn, openSession, type Session, type WriteFlags } from './session.ts';
import { carryOut, planOf, type Stage } from './wizard-wish.ts';

/**
 * Asks on the terminal for what the command line does not say. Answers the exit code. Rejects with CommandFailure.
 *
 * @param given what somebody has pointed at
 */
export async function delegateWizard(flags: WriteFlags, guard: Guard, io: Io, given: Given = null): Promise<number> {
  const held = heldBack(io);
  try {
    const session = await openSession(flags, held.io, 'delegate', []);
    try {
      const { stage, end } = await askOnScreen(session, guard, given, io);
      held.release();
      return await afterScreen(end, stage, flags);
    } finally {
      await closeSession(session);
    }
  } finally {
    held.release();
  }
}

type Guard = Pick<ScreenFlags, 'ascii'> & Pick<GuardFlags, 'protect'>;
type Given = Pick<Answers, 'host' | 'prefix'> | null;

async function askOnScreen(
  session: Session,
  guard: Guard,
  given: Given,
  io: Io,
): Promise<{ readonly stage: Stage; readonly end: ScreenEnd<WizardEnd> }> {
  const { ascii } = guard;
  const world = await session.trial();
  const children = childrenIn(world);
  const choices = { hosts: hostsIn(world), children, secrets: secretsIn(world, session.namespace) };
  const stage = { session, io, isKnown: (label: string) => children.some((each) => each.label === label) };
  const setting = {
    ascii,
    isProtected: session.type === 'cluster' && isProtected(session.cluster.context, guard, io.env),
  };
  const initial = firstState(choices, setting, given);
  const shown = { screen: wizardScreen, initial, backstage: backstageOf(stage), whole: false, ascii };
  return { stage, end: await showScreen(shown, io) };
}

function backstageOf(stage: Stage): Backstage<WizardEvent, WizardEffect> {
  return {
    start: () => {},
    perform(effect, dispatch) {
      if (effect.type === 'copy') stage.io.write(clipboard(effect.text));
      else void tryOut(effect.answers, stage).then((trial) => dispatch({ type: 'tried', round: effect.round, trial }));
    },
  };
}

async function afterScreen(end: ScreenEnd<WizardEnd>, stage: Stage, flags: WriteFlags): Promise<number> {
  const { io } = stage;
  if (end.type === 'interrupted') return 130;
  if (end.end.type === 'left') {
    io.writeError('Nothing was changed.\n');
    return 0;
  }
  const filename = end.end.type === 'write' ? [end.end.path] : flags.filename;
  const { words, code } = await carryOut(end.end.answers, stage, { ...flags, filename, yes: true });
  const files = filename.map((path) => ` -f ${path}`).join('');
  io.write(`${escapeControls(`same as: ${io.program} ${words}${files}`)}\n`);
  return code;
}

function hostsIn({ local }: TrialWorld): readonly HostChoice[] {
  const picture = takePicture(local);
  return [...picture.hosts.values()]
    .flatMap(({ host, holder }) => {
      if (holder === null) return [];
      const paths = picture.rows(host).flatMap(({ match }) => (match === null ? [] : [match.path.value]));
      return [{ host, root: `${holder.namespace}/${holder.name}`, paths: [...new Set(paths)] }];
    })
    .toSorted((left, right) => (left.host < right.host ? -1 : 1));
}

function childrenIn({ local }: TrialWorld): readonly ChildChoice[] {
  const children = [...local.objects.values()].filter(
    (object) => object.kind === 'HTTPProxy' && object.spec.virtualhost === undefined,
  );
  return children
    .map((object) => {
      const routes = object.kind === 'HTTPProxy' ? (object.spec.routes?.length ?? 0) : 0;
      return { label: `${object.metadata.namespace}/${object.metadata.name}`, note: `exists, ${routes} routes` };
    })
    .toSorted((left, right) => (left.label < right.label ? -1 : 1));
}

/** Of a namespace, as far as its hosts name them. */
function secretsIn({ local }: TrialWorld, namespace: string): readonly string[] {
  const names = [...local.graph.hosts.values()].flatMap(({ secure }) => secure?.secret ?? []);
  const own = names.filter((secret) => secret.namespace === namespace).map(({ name }) => name);
  return [...new Set(own)].toSorted();
}

async function tryOut(answers: Answers, stage: Stage): Promise<Trial> {
  try {
    const { plan, words } = await planOf(answers, stage);
    if (isProblem(plan)) return { type: 'refused', lines: [plan.problem, ...plan.hints] };
    return await trialOf(plan, words, stage);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { type: 'refused', lines: [error.message, ...error.hints] };
  }
}

async function trialOf(
  plan: Pick<PathPlan, 'steps' | 'checks'>,
  words: string,
  { session, io }: Stage,
): Promise<Trial> {
  const rights = await rightChecks(plan, session);
  const checks = [...plan.checks, ...rights];
  return {
    type: 'planned',
    fails: checks.some(({ result }) => result === 'fail'),
    changes: plan.steps.length > 0,
    diff: printPlannedDiff(plan.steps).split('\n').slice(0, -1),
    checks,
    object: objectOf(plan.steps),
    command: `${io.program} ${words}`,
  };
}

function objectOf(steps: PathPlan['steps']): string {
  const step = steps.find(({ type }) => type === 'patch') ?? steps[0];
  return step === undefined ? '' : nameOf(step.object);
}

async function rightChecks(
  { steps }: Pick<PathPlan, 'steps'>,
  session: Session,
): Promise<readonly { readonly result: 'ok' | 'warn' | 'fail'; readonly message: string }[]> {
  if (session.type === 'files') return [];
  const needs = steps.map((step) => needOf(step, homeIn(session, step.object)));
  const granted = await Promise.all(needs.map((need) => may(session.cluster, need, new AbortController().signal)));
  return needs.map((need, index) => {
    const text = describeRight(need);
    if (granted[index] === true) return { result: 'ok', message: `you may ${text}` } as const;
    return granted[index] === false
      ? ({ result: 'fail', message: `you may not ${text}` } as const)
      : ({ result: 'warn', message: `it is not known whether you may ${text}` } as const);
  });
}
