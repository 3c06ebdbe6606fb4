import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { isProblem, type Problem } from '../../services/change/problem.ts';
import type { CertificateWish } from '../../services/delegate/plan-certificate.ts';
import { type PathPlan, type PathWish, planPath } from '../../services/delegate/plan-path.ts';
import { type Answers, isCertificate } from '../../views/delegate/state.ts';
import { everybodyText, lendCertificate, lendWords, planLending, secretNamed } from './cert.ts';
import { childOf, headersOf, namespacesOf, targetOf } from './input.ts';
import { delegatePath } from './path.ts';
import type { Session, WriteFlags } from './session.ts';
import { pathWords } from './words.ts';

/** What answers are understood with. */
export interface Stage {
  readonly session: Session;
  readonly io: Io;
  isKnown(label: string): boolean;
}

/** What would be done, and the words that ask for it. */
interface Planned {
  readonly plan: Pick<PathPlan, 'steps' | 'checks'> | Problem;
  readonly words: string;
}

async function planWish(answers: Answers, stage: Stage): Promise<Planned> {
  const { session } = stage;
  const wish = wishOf(answers, stage);
  return { plan: await planPath(wish, session.store, await session.trial()), words: pathWords(wish) };
}

async function planLoan(answers: Answers, stage: Stage): Promise<Planned> {
  const { session } = stage;
  const wish = lendWishOf(answers, stage);
  const plan = await planLending(wish, session);
  const words = `delegate cert ${lendWords(wish)}`;
  if (isProblem(plan) || !wish.targets.includes('*')) return { plan, words };
  const everybody = { id: 'everybody', result: 'warn', message: `${await everybodyText(session)} may use it` } as const;
  return { plan: { ...plan, checks: [...plan.checks, everybody] }, words };
}

/** Rejects with CommandFailure where an answer is none. */
export function planOf(answers: Answers, stage: Stage): Promise<Planned> {
  return isCertificate(answers) ? planLoan(answers, stage) : planWish(answers, stage);
}

/**
 * Does it, as the command of the same words: in the cluster that was shown, or in files as they are by now. Rejects
 * with CommandFailure.
 */
export async function carryOut(
  answers: Answers,
  stage: Stage,
  flags: WriteFlags,
): Promise<{ readonly words: string; readonly code: number }> {
  const { session, io } = stage;
  const shown = session.type === 'cluster' && flags.filename.length === 0 ? session : null;
  if (!isCertificate(answers)) {
    const wish = wishOf(answers, stage);
    return { words: pathWords(wish), code: await delegatePath(wish, flags, io, shown) };
  }
  const wish = lendWishOf(answers, stage);
  const { secret, targets } = wish;
  // As it was shown, whatever the context is by now.
  const named = { ...flags, namespace: session.namespace, to: targets, name: undefined };
  return { words: `delegate cert ${lendWords(wish)}`, code: await lendCertificate(secret.name, named, io, shown) };
}

/** What is not there yet is made. */
function wishOf({ host, prefix, header, child }: Answers, { session, isKnown, io }: Stage): PathWish {
  const named = childOf('to', child);
  if (named === null) throw new CommandFailure('to whom it is given is not said');
  const path = prefix === '' || prefix.startsWith('/') ? prefix : `/${prefix}`;
  return {
    target: targetOf(`${host}${path}`, 'delegate', io),
    headers: headersOf({ header: header === '' ? [] : [header], 'ignore-case': false }),
    child: { ...named, namespace: named.namespace ?? session.namespace },
    create: !isKnown(child),
    service: null,
    root: null,
  };
}

function lendWishOf({ secret, targets }: Answers, { session, io }: Stage): CertificateWish {
  return {
    secret: { namespace: session.namespace, name: secretNamed(secret) },
    targets: namespacesOf(targets.split(','), 'delegate cert', io),
    name: null,
  };
}
