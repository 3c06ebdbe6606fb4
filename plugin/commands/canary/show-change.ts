import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { STDIN, type FileEdit } from '../../load/file-texts.ts';
import { printDone, printLive, printShares, resourceName } from '../../output/canary-change.ts';
import { escapeControls, escapeLines } from '../../output/escape.ts';
import { printFileText } from '../../output/file-text.ts';
import { createDataPrinter } from '../../output/data-printer.ts';
import { printJson } from '../../output/json.ts';
import { printKyaml } from '../../output/kyaml.ts';
import { printData } from '../../output/print-data.ts';
import { isDocumentFormat, isOwnFormat, type DataFormat, type ReportFormat } from '../../output/report-format.ts';
import { warnTo } from '../../output/warning.ts';
import type { LiveOutcome } from '../../services/change/await-live.ts';
import type { Backend } from '../../services/canary/backends.ts';
import type { CanaryPlan } from '../../services/canary/plan.ts';
import { changeReport, type CanaryChange } from '../../services/canary/report.ts';
import type { DryRun } from '../../services/change/written.ts';
import type { Session } from './session.ts';
import { nameOf } from '../../services/change/object-name.ts';
import { missingEnvoys } from '../../services/missing-envoys.ts';

/** A change, and all that is to be told of it. */
export interface Shown {
  readonly proxy: JsonObject;
  readonly plan: CanaryPlan;
  readonly action: string;
  readonly child: { readonly from: string; readonly to: string } | null;
  readonly outcome: LiveOutcome | null;
  readonly backends: ReadonlyMap<string, Backend>;
  /** What to type to go back; null where there is nothing to go back to. */
  readonly undo: string | null;
  readonly note: string | null;
  readonly session: Session;
  readonly format: ReportFormat;
  readonly dryRun: DryRun;
  /** `kubectl contour canary` */
  readonly command: string;
}

/** Answers why the command fails all the same: what was written is not served as it was meant. */
export async function showChange(shown: Shown, io: Io): Promise<CommandFailure | null> {
  for (const note of shown.plan.notes) warnTo(io)(note);
  if (shown.note !== null) warnTo(io)(shown.note);
  const { session } = shown;
  if (session.type === 'files') await showFiles(shown, session, io);
  else await showCluster(shown, io);
  return lateFailure(shown.outcome, nameOf(shown.proxy), io.program);
}

async function showCluster(shown: Shown, io: Io): Promise<void> {
  const { proxy, plan, format, dryRun, outcome } = shown;
  const report = changeReport({ ...shown, file: null });
  switch (format.type) {
    case 'yaml':
    case 'kyaml':
      return io.write(await printData(format.type, dryRun === 'none' ? report : proxy));
    case 'name':
      return io.write(`${resourceName(nameOf(proxy))}\n`);
    case 'table':
    case 'wide':
      io.write(printDone(nameOf(proxy), plan.operations.length > 0, dryRun));
      if (shown.child !== null) io.write(`${escapeControls(`${shown.child.from} -> ${shown.child.to}`)}\n`);
      io.write(printShares(plan.changes, shown.backends));
      return io.write(dryRun === 'none' ? printLive(outcome, shown.undo) : '');
    case 'json':
    case 'jsonpath':
    case 'custom-columns':
      io.write(await printReport(report, format));
  }
}

/** Templates and columns run over the report itself, and over one item that is it. */
async function printReport(report: CanaryChange, format: DataFormat): Promise<string> {
  if (format.type === 'json') return printJson(report);
  return (await createDataPrinter(format, true)).report({ ...report, items: [report] });
}

/** Of standard input the new text is the answer; of a file what changed in it. */
async function showFiles(shown: Shown, session: Extract<Session, { type: 'files' }>, io: Io): Promise<void> {
  const [edit] = session.store.edits;
  const { format, dryRun, proxy } = shown;
  const isFilter = session.paths.includes('-');
  const file = edit === undefined || isFilter ? null : { path: edit.path, lines: edit.lines };
  const isTable = format.type === 'table' || format.type === 'wide';
  if (format.type === 'name') io.write(`${resourceName(nameOf(proxy))}\n`);
  else if (format.type === 'kyaml') io.write(printKyaml(proxy));
  else if (!isOwnFormat(format) && format.type !== 'yaml')
    io.write(await printReport(changeReport({ ...shown, file }), format));
  else if (isFilter || format.type === 'yaml')
    io.write(printFileText(edit?.text ?? session.store.textOf(proxy), io.terminal));
  if (edit === undefined && isTable && !isFilter) io.write(printDone(nameOf(proxy), false, dryRun));
  if (edit === undefined || edit.path === STDIN) return;
  if (!isDocumentFormat(format.type)) io.writeError(escapeLines(edit.diff));
  if (!isTable) return;
  io.write(printShares(shown.plan.changes, shown.backends));
  if (dryRun === 'none') io.write(changedLines(edit));
}

function changedLines({ path, lines }: FileEdit): string {
  return lines.map((line) => `${escapeControls(path)}:${line} changed\n`).join('');
}

export function lateFailure(outcome: LiveOutcome | null, name: string, program: string): CommandFailure | null {
  if (outcome?.type === 'invalid')
    return new CommandFailure(`written, but ${name} is not served: ${outcome.reasons.join('; ') || 'it is invalid'}`, [
      `See what to do about it: ${program} status --explain`,
    ]);
  if (outcome?.type !== 'late') return null;
  const { state } = outcome;
  const after = `after ${Math.round(outcome.seconds)}s`;
  const hints = [`See who is behind: ${program} sync`];
  if (state === null) return new CommandFailure(`written, but nobody has said ${after} whether it is live`, hints);
  if (state.type === 'served') {
    const who = missingEnvoys(state);
    const behind = `${state.of - state.envoys}/${state.of} envoys have not confirmed it ${after}`;
    return new CommandFailure(`written, but ${behind}${who === '' ? '' : `: ${who}`}`, hints);
  }
  if (state.type === 'absent')
    return new CommandFailure(`written, but the controller serves no route of ${name} ${after}`, [
      `See why: ${program} status --explain`,
    ]);
  return new CommandFailure(`written, but the controller does not serve it ${after}`, hints);
}
