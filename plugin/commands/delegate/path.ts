import { delegateSpec } from '../../command-line/delegate-specs.ts';
import { helpHint, UsageFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { conditionsText } from '../../services/delegate/conditions.ts';
import { type PathPlan, type PathWish, planPath } from '../../services/delegate/plan-path.ts';
import { pathReport } from '../../services/delegate/report.ts';
import { targetText } from '../../services/delegate/target.ts';
import { closeSession } from '../change/close-session.ts';
import { placeWords } from '../change/place-words.ts';
import { dryRunOf, timeOf } from '../change/options.ts';
import { serviceOf } from '../canary/job.ts';
import { command, type CommandInput } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { isInteractive } from '../interactive.ts';
import { filled } from '../scope.ts';
import { carryOut } from './carry-out.ts';
import { childOf, headersOf, targetOf } from './input.ts';
import { watchPath } from './live.ts';
import { openSession, pinned, type Session, type WriteFlags } from './session.ts';
import { showDone, writeFormats } from './show.ts';
import { pathWords, revokeWords } from './words.ts';

type Flags = CommandInput<typeof delegateSpec>['flags'];

export const delegateCommand = command(delegateSpec, async ({ flags, arguments: [word] }, io) => {
  const isBare = filled(word) === null && filled(flags.to) === null;
  // ink and React are loaded for those alone who are asked something.
  if (isBare && isInteractive(io, flags))
    return (await import('./wizard.ts')).delegateWizard(flags, { ascii: flags.ascii, protect: [] }, io);
  if (filled(word) === null || filled(flags.to) === null)
    throw new UsageFailure(
      'delegate needs HOST/PREFIX and --to NAMESPACE/NAME (no terminal for the wizard)',
      helpHint(io.program, 'delegate'),
    );
  return delegatePath(wishOf(word, flags, io), flags, io);
});

function wishOf(word: string | undefined, flags: Flags, io: Io): PathWish {
  const child = childOf('--to', flags.to);
  if (child === null) throw new Error('it was looked at before');
  const service = serviceOf('--service', flags.service);
  if (service !== null && !flags.create)
    throw new UsageFailure('--service is of --create: give both', helpHint(io.program, 'delegate'));
  return {
    target: targetOf(word, 'delegate', io),
    headers: headersOf(flags),
    child,
    create: flags.create,
    service,
    root: childOf('--root', flags.root),
  };
}

/**
 * Does what was wished for, and tells it. Answers the exit code. Rejects with CommandFailure.
 *
 * @param opened where it is done; null where the flags say. It is closed here.
 */
export async function delegatePath(
  wish: PathWish,
  flags: WriteFlags,
  io: Io,
  opened: Session | null = null,
): Promise<number> {
  const format = outputFormat(flags.output ?? '', writeFormats, 'delegate', io);
  const dryRun = dryRunOf(flags['dry-run'], 'delegate', io);
  const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', 'delegate', io);
  const { child, root, target } = wish;
  const session = opened ?? (await openSession(flags, io, 'delegate', [child.namespace, root?.namespace ?? null]));
  const words = pathWords(wish);
  const watch = watchPath(pinned(flags, session), 'delegate', true, io);
  const isLive = session.type === 'cluster' && dryRun === 'none' && flags.wait;
  try {
    const done = await carryOut<PathPlan>(
      {
        session,
        flags,
        dryRun,
        retype: words,
        question: `Give ${targetText(target)} to ${child.namespace ?? ''}${child.namespace === null ? '' : '/'}${child.name}`,
        plan: async () => planPath(wish, session.store, await session.trial()),
      },
      io,
      (plan) => isLive && watch.begin(plan),
    );
    if (done === null) return leave(io);
    const { plan } = done;
    const outcome = isLive && plan.steps.length > 0 ? await watch.outcome(plan, timeoutMs) : null;
    const place = `${plan.includer.namespace}/${plan.includer.name} ${plan.pointer}: ${conditionsText(plan.conditions)}`;
    const failure = showDone(
      {
        done,
        action: 'delegate',
        session,
        format,
        dryRun,
        outcome,
        unchanged: `httpproxy.projectcontour.io/${plan.includer.name}`,
        title: `${targetText(target)} -> ${plan.child.namespace}/${plan.child.name}   ${place}`,
        hints: [],
        undo: `${io.program} ${revokeWords(wish)}${placeWords(flags)}`,
        report: pathReport,
      },
      io,
    );
    if (failure !== null) throw failure;
    await closeSession(session);
    return 0;
  } finally {
    await watch.close();
  }
}

export function leave(io: Io): number {
  io.writeError('Nothing was changed.\n');
  return 1;
}
