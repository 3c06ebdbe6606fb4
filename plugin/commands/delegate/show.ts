import type { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { STDIN } from '../../load/file-texts.ts';
import { printChecks, printOutcome, printSteps, resourceOf } from '../../output/delegation.ts';
import { escapeControls, escapeLines } from '../../output/escape.ts';
import { printFileText } from '../../output/file-text.ts';
import { printJson } from '../../output/json.ts';
import { printKyaml } from '../../output/kyaml.ts';
import { wordFormats } from '../../output/report-format.ts';
import { printYaml } from '../../output/yaml.ts';
import { warnTo } from '../../output/warning.ts';
import type { LiveOutcome } from '../../services/change/await-live.ts';
import type { DryRun } from '../../services/change/written.ts';
import type { Delegation, Told } from '../../services/delegate/report.ts';
import { lateFailure } from '../canary/show-change.ts';
import type { AnyPlan, CarriedOut } from './carry-out.ts';
import type { Session } from './session.ts';

export const writeFormats = ['', ...wordFormats, 'name'] as const;

export interface Shown<Plan extends AnyPlan> {
  readonly done: CarriedOut<Plan>;
  readonly action: Told['action'];
  readonly session: Session;
  readonly format: (typeof writeFormats)[number];
  readonly dryRun: DryRun;
  readonly outcome: LiveOutcome | null;
  /** What it is about, for a change that is none: `httpproxy.projectcontour.io/root`. */
  readonly unchanged: string;
  /** One line that says what was done. */
  readonly title: string;
  /** Lines behind the checks. */
  readonly hints: readonly string[];
  readonly undo: string | null;
  report(plan: Plan, told: Told): Delegation;
}

/** Answers why the command fails all the same: what was written is not served as it was meant. */
export function showDone<Plan extends AnyPlan>(shown: Shown<Plan>, io: Io): CommandFailure | null {
  const { done, session, format, dryRun, outcome } = shown;
  const { plan, edits } = done;
  const files = session.type === 'files' ? edits.map(({ path, lines }) => ({ path, lines })) : null;
  const report = (): Delegation => shown.report(plan, { action: shown.action, dryRun, outcome, files });
  const isFilter = session.type === 'files' && session.paths.includes('-');
  if (format === 'json') io.write(printJson(report()));
  else if (format === 'name') io.write(plan.steps.map(({ object }) => `${resourceOf(object)}\n`).join(''));
  else if (format === 'kyaml') io.write(files === null && dryRun === 'none' ? printKyaml(report()) : kyamlOf(done));
  else if (session.type === 'files') showFiles(shown, isFilter, io);
  else if (format === 'yaml') io.write(dryRun === 'none' ? printYaml(report()) : documents(done.objects));
  else showText(shown, io);
  return outcome === null ? null : lateFailure(outcome, shown.title, io.program);
}

function kyamlOf({ objects }: CarriedOut<AnyPlan>): string {
  return objects.map(printKyaml).join('');
}

function documents(objects: readonly unknown[]): string {
  return objects.map(printYaml).join('---\n');
}

function showText<Plan extends AnyPlan>(shown: Shown<Plan>, io: Io): void {
  const { plan } = shown.done;
  const { dryRun } = shown;
  if (plan.steps.length === 0) io.write(`${shown.unchanged} unchanged\n`);
  else io.write(printSteps(plan.steps, dryRun));
  io.write(`${escapeControls(shown.title)}\n`);
  io.write(printChecks(plan.checks));
  for (const hint of shown.hints) io.write(`${escapeControls(hint)}\n`);
  if (dryRun === 'none') io.write(printOutcome(shown.outcome, plan.steps.length === 0 ? null : shown.undo));
  if (shown.outcome?.type === 'untold') warnTo(io)(shown.outcome.reason);
}

/** Of standard input the new text is the answer; of files what changed in them. */
function showFiles<Plan extends AnyPlan>(shown: Shown<Plan>, isFilter: boolean, io: Io): void {
  const { done, session, format, dryRun } = shown;
  if (session.type !== 'files') return;
  if (isFilter) {
    io.write(printFileText(session.store.textOf(STDIN) ?? '', io.terminal));
    return;
  }
  if (format === 'yaml') {
    io.write(printFileText(done.edits.map(({ text }) => text).join('---\n'), io.terminal));
    return;
  }
  io.writeError(escapeLines(done.edits.map(({ diff }) => diff).join('')));
  io.writeError(printChecks(done.plan.checks));
  if (done.plan.steps.length === 0) io.write(`${shown.unchanged} unchanged\n`);
  const word = dryRun === 'none' ? 'changed' : 'would change';
  for (const { path, lines } of done.edits)
    io.write(lines.map((line) => `${escapeControls(path)}:${line} ${word}\n`).join(''));
  for (const hint of shown.hints) io.write(`${escapeControls(hint)}\n`);
}
