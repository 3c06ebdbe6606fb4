import type { ObjectItem } from '../../routing/object-item.ts';
import { statusSpec } from '../command-line/status-spec.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { withSource } from '../load/open-source.ts';
import { createDataPrinter } from '../output/data-printer.ts';
import { escapeControls } from '../output/escape.ts';
import { printFaults } from '../output/faults.ts';
import { printNames } from '../output/name.ts';
import type { LabelColumns } from '../output/label-columns.ts';
import { isOwnFormat, type ReportFormat } from '../output/report-format.ts';
import type { RowPrinter } from '../output/row-printer.ts';
import { printSource } from '../output/source.ts';
import { createStatusPrinter, printExplained } from '../output/status.ts';
import { warnTo } from '../output/warning.ts';
import { identityOf, refuseUnknown, selectItems, statusQuestion, type StatusSelection } from '../services/status.ts';
import { type SelectingAsker, selectingItems } from '../services/select-items.ts';
import { byClock, type WaitClock, type WaitFor, waitForStatus } from '../services/wait-status.ts';
import type { Source } from '../source.ts';
import type { StatusReport } from '../status-report.ts';
import { command, type CommandInput } from './command.ts';
import { itemSelection } from './item-selection.ts';
import { timeOf } from './change/options.ts';
import { shellWord } from './change/place-words.ts';
import { reportFormat } from './output-format.ts';
import { rowChanges } from './row-changes.ts';
import { type RowOrder, rowOrder } from './row-order.ts';
import { isWatch, scopeOf } from './scope.ts';

interface Job {
  readonly selection: StatusSelection;
  readonly namespace: string | null;
  readonly format: ReportFormat;
  readonly headers: boolean;
  readonly order: RowOrder;
  readonly tellsFirst: boolean;
  readonly columns: LabelColumns;
  readonly source: SelectingAsker<StatusReport>;
  readonly explain: boolean;
  readonly ignoresMissing: boolean;
  readonly io: Io;
}

export const statusCommand = command(statusSpec, async (input, io) => {
  const { flags, arguments: names } = input;
  const until = waitFor(input, io);
  const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', 'status', io);
  const format = reportFormat(flags.output, 'status', io);
  if (flags.explain && !(isOwnFormat(format) && format.type === 'table'))
    throw new UsageFailure('--explain is prose: leave out -o', helpHint(io.program, 'status'));
  const order = rowOrder(flags['sort-by'], 'status', io);
  const { columns, selected } = selectionOf(input, io);
  const follows = isWatch(flags) || until !== null;
  const jobOf = (opened: Source): Job => ({
    source: selectingItems<StatusReport>(opened, selected),
    columns,
    selection: { names, invalid: flags.invalid, orphaned: flags.orphaned },
    namespace: scopeOf(flags, opened.defaultNamespace),
    format,
    headers: !flags['no-headers'],
    order,
    tellsFirst: !flags['watch-only'],
    explain: flags.explain,
    ignoresMissing: flags['ignore-not-found'],
    io,
  });
  const need = { command: 'status', watch: follows };
  if (until !== null)
    return byClock(timeoutMs, (clock) => withSource(flags, io, need, (opened) => wait(jobOf(opened), until, clock)));
  return withSource(flags, io, need, async (opened) => {
    await (isWatch(flags) ? watch(jobOf(opened)) : show(jobOf(opened)));
    return 0;
  });
});

/** Which objects, and which of their labels are shown. Throws UsageFailure. */
function selectionOf({ flags, arguments: names }: CommandInput<typeof statusSpec>, io: Io) {
  const columns: LabelColumns = { names: flags['label-columns'], all: flags['show-labels'] };
  const shows = columns.all ? '--show-labels' : columns.names.length > 0 ? '-L' : null;
  const selected = itemSelection(flags, 'status', io, shows);
  if (names.length > 0 && (selected.labels !== null || selected.fields.length > 0))
    throw new UsageFailure('name cannot be provided when a selector is specified', helpHint(io.program, 'status'));
  return { columns, selected };
}

function waitFor({ flags }: CommandInput<typeof statusSpec>, io: Io): WaitFor | null {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, 'status'));
  if (flags.wait === undefined) return null;
  if (flags['ignore-not-found']) throw refuse('--wait needs what it waits for: leave --ignore-not-found out');
  if (isWatch(flags)) throw refuse('--wait ends and --watch does not: give one of them');
  if (flags.wait === 'valid' || flags.wait === 'programmed') return flags.wait;
  throw refuse(`--wait takes valid or programmed, not "${flags.wait}"`);
}

async function show(job: Job): Promise<void> {
  const { source, selection, namespace, format, order, io } = job;
  const report = await source.ask(statusQuestion(namespace));
  if (!job.ignoresMissing) refuseUnknown(report.items, selection.names, namespace);
  const items = order.sort(selectItems(report.items, selection));
  if (isOwnFormat(format)) io.writeError(printSource(report.source, io.terminal.interactive, format.type));
  io.writeError(printFaults(report.faults));
  await print({ ...report, items }, job);
  if (items.length === 0 && !job.ignoresMissing)
    io.writeError(namespace === null ? 'No objects found.\n' : `No objects found in ${namespace} namespace.\n`);
}

async function print(report: StatusReport, job: Job): Promise<void> {
  const { format, headers, explain, io } = job;
  if (!isOwnFormat(format)) return io.write((await createDataPrinter(format, headers)).report(report));
  if (format.type === 'name') return io.write(printNames(report.items));
  if (explain) return io.write(printExplained(report.items, { program: io.program, place: filesOf(report) }));
  io.write(tableOf(job).print(report.items));
}

function filesOf({ source }: StatusReport): string {
  return source.from === 'files' ? source.paths.map((path) => ` -f ${shellWord(path)}`).join('') : '';
}

function tableOf({ format, headers, columns, source: { labelsOf } }: Job): RowPrinter<ObjectItem> {
  const isWide = isOwnFormat(format) && format.type === 'wide';
  return createStatusPrinter({ isWide, headers, columns, labelsOf });
}

/** Until the process is interrupted. */
async function watch(job: Job): Promise<void> {
  const changes = await changePrinter(job);
  const { source, selection, namespace, io } = job;
  let faults = '';
  const sink = (report: StatusReport): void => {
    const text = printFaults(report.faults);
    if (text !== faults) io.writeError(text);
    faults = text;
    io.write(changes(selectItems(report.items, selection)));
  };
  await source.follow(statusQuestion(namespace), sink, warnTo(io), new AbortController().signal);
}

function changePrinter(job: Job): Promise<(items: readonly ObjectItem[]) => string> {
  return rowChanges({ ...job, table: tableOf(job), names: printNames, identity: identityOf });
}

async function wait(job: Job, until: WaitFor, clock: WaitClock): Promise<number> {
  const { source, selection, namespace, io } = job;
  const changes = await changePrinter(job);
  const seen = (items: readonly ObjectItem[]): void => io.write(changes(items));
  const waited = await waitForStatus(source, { ...selection, namespace, until, clock, seen, warn: warnTo(io) });
  if (waited.reached) return 0;
  const lines = timeoutLines(`timed out after ${clock.timeoutMs / 1000}s waiting for ${until}`, waited.missing);
  io.writeError(lines.map((line, index) => `${index === 0 ? 'error: ' : ''}${escapeControls(line)}\n`).join(''));
  return 1;
}

/** One thing that is missing is said with it. */
function timeoutLines(head: string, missing: readonly string[]): readonly string[] {
  const [only] = missing;
  return missing.length === 1 ? [`${head}: ${only}`] : [head, ...missing];
}
