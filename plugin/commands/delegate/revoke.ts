import { delegateRevokeSpec } from '../../command-line/delegate-specs.ts';
import type { PathPlan } from '../../services/delegate/plan-path.ts';
import { planRevoke } from '../../services/delegate/plan-revoke.ts';
import { pathReport } from '../../services/delegate/report.ts';
import { targetText } from '../../services/delegate/target.ts';
import { closeSession } from '../change/close-session.ts';
import { placeWords } from '../change/place-words.ts';
import { dryRunOf, timeOf } from '../change/options.ts';
import { command } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { carryOut } from './carry-out.ts';
import { childOf, headersOf, targetOf } from './input.ts';
import { watchPath } from './live.ts';
import { leave } from './path.ts';
import { openSession, pinned } from './session.ts';
import { showDone, writeFormats } from './show.ts';
import { pathWords, revokeWords } from './words.ts';

export const delegateRevokeCommand = command(delegateRevokeSpec, async ({ flags, arguments: [word] }, io) => {
  const name = 'delegate revoke';
  const format = outputFormat(flags.output ?? '', writeFormats, name, io);
  const dryRun = dryRunOf(flags['dry-run'], name, io);
  const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', name, io);
  const root = childOf('--root', flags.root);
  const wish = { target: targetOf(word, name, io), headers: headersOf(flags), root };
  const session = await openSession(flags, io, name, [root?.namespace ?? null]);
  const watch = watchPath(pinned(flags, session), name, false, io);
  const isLive = session.type === 'cluster' && dryRun === 'none' && flags.wait;
  const plan = async () => planRevoke(wish, session.store, await session.trial());
  const question = `Take ${targetText(wish.target)} back`;
  try {
    const done = await carryOut<PathPlan>(
      { session, flags, dryRun, retype: revokeWords(wish), question, plan },
      io,
      (each) => isLive && watch.begin(each),
    );
    if (done === null) return leave(io);
    const { child, includer, pointer } = done.plan;
    const outcome = isLive ? await watch.outcome(done.plan, timeoutMs) : null;
    const failure = showDone(
      {
        done,
        action: 'revoke',
        session,
        format,
        dryRun,
        outcome,
        unchanged: `httpproxy.projectcontour.io/${includer.name}`,
        title: `${targetText(wish.target)} is no more of ${child.namespace}/${child.name}   ${includer.namespace}/${includer.name} ${pointer}`,
        hints: [],
        undo: `${io.program} ${pathWords({ ...wish, child, create: false, service: null })}${placeWords(flags)}`,
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
});
