import { delegateCertSpec, delegateRevokeCertSpec } from '../../command-line/delegate-specs.ts';
import { CommandFailure, helpHint, UsageFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { countNamespaces, exists } from '../../load/namespaces.ts';
import type { Check } from '../../services/delegate/plan.ts';
import {
  type CertificatePlan,
  type CertificateWish,
  planLend,
  planTakeBack,
} from '../../services/delegate/plan-certificate.ts';
import { isProblem, type Problem } from '../../services/change/problem.ts';
import type { DryRun } from '../../services/change/written.ts';
import { certificateReport, type Told } from '../../services/delegate/report.ts';
import { closeSession } from '../change/close-session.ts';
import { clusterWords } from '../change/place-words.ts';
import { dryRunOf } from '../change/options.ts';
import { command } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { filled } from '../scope.ts';
import { carryOut } from './carry-out.ts';
import { namespacesOf } from './input.ts';
import { leave } from './path.ts';
import { openSession, type Session, type WriteFlags } from './session.ts';
import { showDone, writeFormats } from './show.ts';

type Flags = WriteFlags & { readonly to: readonly string[]; readonly name: string | undefined };

export const delegateCertCommand = command(delegateCertSpec, ({ flags, arguments: [word] }, io) =>
  lendCertificate(word, flags, io),
);

/**
 * Does what was wished for, and tells it. Answers the exit code. Rejects with CommandFailure.
 *
 * @param opened where it is done; null where the flags say. It is closed here.
 */
export async function lendCertificate(
  word: string | undefined,
  flags: Flags,
  io: Io,
  opened: Session | null = null,
): Promise<number> {
  const { session, wish, manner } = await open('delegate cert', word, flags, io, opened);
  const everybody = wish.targets.includes('*') ? await everybodyText(session) : null;
  const question = `Let ${everybody ?? wish.targets.join(', ')} use Secret ${nameOf(wish)}`;
  const plan = () => planLending(wish, session);
  return tell({ name: 'delegate cert', action: 'delegate', session, wish, manner, flags, question, plan }, io);
}

/** What would be written, and what there is to know before it is. */
export async function planLending(wish: CertificateWish, session: Session): Promise<CertificatePlan | Problem> {
  const planned = await planLend(wish, session.store);
  return isProblem(planned) ? planned : { ...planned, checks: await lendChecks(wish, session) };
}

export const delegateRevokeCertCommand = command(delegateRevokeCertSpec, async ({ flags, arguments: [word] }, io) => {
  const { session, wish, manner } = await open('delegate revoke cert', word, flags, io);
  const question = `Take Secret ${nameOf(wish)} back from ${wish.targets.join(', ')}`;
  const plan = async () => {
    const plans = await planTakeBack(wish, session.store, await session.trial());
    if (isProblem(plans)) return plans;
    const [first] = plans;
    if (first === undefined) throw new Error('what is lent is in some object');
    return { ...first, steps: plans.flatMap(({ steps }) => steps) };
  };
  return tell({ name: 'delegate revoke cert', action: 'revoke', session, wish, manner, flags, question, plan }, io);
});

/** How it is told, and whether it is done. */
interface Manner {
  readonly format: (typeof writeFormats)[number];
  readonly dryRun: DryRun;
}

/** Throws CommandFailure where it is none. */
export function secretNamed(secret: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(secret)) return secret;
  throw new CommandFailure(`"${secret}" is no name that a Secret can have; its namespace is that of -n`);
}

async function open(
  name: string,
  word: string | undefined,
  flags: Flags,
  io: Io,
  opened: Session | null = null,
): Promise<{ readonly session: Session; readonly wish: CertificateWish; readonly manner: Manner }> {
  const secret = filled(word);
  if (secret === null) throw new UsageFailure(`${name} needs SECRET`, helpHint(io.program, name));
  const targets = namespacesOf(flags.to, name, io);
  const format = outputFormat(flags.output ?? '', writeFormats, name, io);
  const dryRun = dryRunOf(flags['dry-run'], name, io);
  const others = targets.filter((target) => target !== '*');
  const session = opened ?? (await openSession(flags, io, name, others));
  const wish = {
    secret: { namespace: session.namespace, name: secretNamed(secret) },
    targets,
    name: filled(flags.name),
  };
  return { session, wish, manner: { format, dryRun } };
}

function nameOf({ secret }: CertificateWish): string {
  return `${secret.namespace}/${secret.name}`;
}

export async function everybodyText(session: Session): Promise<string> {
  const count =
    session.type === 'cluster' ? await countNamespaces(session.cluster, new AbortController().signal) : null;
  return count === null ? 'all namespaces, whoever makes them,' : `all ${count} namespaces, and those to come,`;
}

async function lendChecks({ secret, targets }: CertificateWish, session: Session): Promise<readonly Check[]> {
  if (session.type === 'files') return [];
  const { signal } = new AbortController();
  const path = `/api/v1/namespaces/${encodeURIComponent(secret.namespace)}/secrets/${encodeURIComponent(secret.name)}`;
  const found = await exists(session.cluster, path, signal);
  const label = `Secret ${secret.namespace}/${secret.name}`;
  const secretCheck: Check = {
    id: 'secret',
    result: found === true ? 'ok' : 'warn',
    message:
      found === null ? `${label} may not be looked at by you` : found ? `${label} exists` : `${label} is not there yet`,
  };
  const named = targets.filter((target) => target !== '*');
  const there = await Promise.all(
    named.map((target) => exists(session.cluster, `/api/v1/namespaces/${encodeURIComponent(target)}`, signal)),
  );
  const missing = named.filter((_, index) => there[index] === false);
  return [
    secretCheck,
    ...missing.map((name): Check => ({
      id: 'namespace',
      result: 'warn',
      message: `namespace ${name} is not there yet`,
    })),
  ];
}

interface CertJob {
  readonly name: string;
  readonly action: Told['action'];
  readonly session: Session;
  readonly wish: CertificateWish;
  readonly manner: Manner;
  readonly flags: Flags;
  readonly question: string;
  plan(): ReturnType<typeof planLend>;
}

async function tell({ name, action, session, wish, manner, flags, question, plan }: CertJob, io: Io): Promise<number> {
  const { format, dryRun } = manner;
  const { targets } = wish;
  const words = (verb: string): string => `${verb} ${lendWords(wish)}`;
  const job = { session, flags, dryRun, retype: words(name), question, plan };
  const done = await carryOut<CertificatePlan>(job, io, () => {});
  if (done === null) return leave(io);
  const isGiven = action === 'delegate';
  const failure = showDone(
    {
      done,
      action,
      session,
      format,
      dryRun,
      outcome: null,
      unchanged: `tlscertificatedelegation.projectcontour.io/${done.plan.object.name}`,
      title: `secret ${nameOf(wish)} ${isGiven ? '->' : 'is no more lent to'} ${targets.join(', ')}`,
      hints: isGiven ? referenceHints(wish) : [],
      undo: `${io.program} ${words(isGiven ? 'delegate revoke cert' : 'delegate cert')}${clusterWords(flags)}`,
      report: certificateReport,
    },
    io,
  );
  if (failure !== null) throw failure;
  await closeSession(session);
  return 0;
}

/** What follows the verb. */
export function lendWords({ secret, targets }: CertificateWish): string {
  return `${secret.name} -n ${secret.namespace} --to ${shellTargets(targets)}`;
}

function shellTargets(targets: readonly string[]): string {
  return targets.includes('*') ? `'*'` : targets.join(',');
}

/** How others refer to a Secret that is lent to them. */
function referenceHints({ secret }: CertificateWish): readonly string[] {
  return [
    `use    HTTPProxy: spec.virtualhost.tls.secretName: ${secret.namespace}/${secret.name}`,
    `       Ingress:   annotation projectcontour.io/tls-cert-namespace: ${secret.namespace}, with spec.tls[].secretName: ${secret.name}`,
  ];
}
