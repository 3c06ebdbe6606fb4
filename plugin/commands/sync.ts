import { syncSpec } from '../command-line/sync-spec.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { withSource } from '../load/open-source.ts';
import { createDataPrinter } from '../output/data-printer.ts';
import { escapeCell } from '../output/escape.ts';
import { isOwnFormat, type ReportFormat } from '../output/report-format.ts';
import { createSyncPrinter, printRefusals } from '../output/sync.ts';
import { warnTo } from '../output/warning.ts';
import { hasRefusals, isInSync, streamsQuestion, syncReport } from '../services/sync.ts';
import type { Source } from '../source.ts';
import type { SyncItem, SyncReport } from '../sync-report.ts';
import { timeOf } from './change/options.ts';
import { command } from './command.ts';
import { reportFormat } from './output-format.ts';
import { rowChanges } from './row-changes.ts';
import { type RowOrder, rowOrder } from './row-order.ts';
import { isWatch } from './scope.ts';

interface Job {
  readonly format: ReportFormat;
  readonly headers: boolean;
  readonly order: RowOrder;
  readonly tellsFirst: boolean;
  readonly io: Io;
}

export const syncCommand = command(syncSpec, async ({ flags }, io) => {
  const format = reportFormat(flags.output, 'sync', io);
  const graceMs = timeOf('--grace', flags.grace ?? '10s', 'sync', io);
  const asks = flags['exit-code'];
  if (asks && isWatch(flags))
    throw new UsageFailure('--exit-code ends and --watch does not: give one of them', helpHint(io.program, 'sync'));
  const order = rowOrder(flags['sort-by'], 'sync', io);
  const job: Job = { format, headers: !flags['no-headers'], order, tellsFirst: !flags['watch-only'], io };
  const from = { ...flags, filename: [], closed: false };
  return withSource(
    from,
    io,
    { command: 'sync', watch: isWatch(flags) || asks, from: 'controller' },
    async (source) => {
      if (isWatch(flags)) await watch(source, job);
      else {
        const report = asks ? await settled(source, graceMs, io) : syncReport(await source.ask(streamsQuestion));
        await print(report, job);
        return asks && !isInSync(report) ? 1 : 0;
      }
      return 0;
    },
  );
});

async function print(unsorted: SyncReport, { format, headers, order, io }: Job): Promise<void> {
  const report = { ...unsorted, items: order.sort(unsorted.items) };
  if (!isOwnFormat(format)) io.write((await createDataPrinter(format, headers)).report(report));
  else if (format.type === 'name') io.write(names(report.items));
  else io.write(createSyncPrinter(headers).print(report.items));
  io.writeError(printRefusals(report));
  if (report.items.length === 0) io.writeError('No Envoy is connected.\n');
}

function names(items: readonly SyncItem[]): string {
  return items.map(({ envoy }) => `envoy/${escapeCell(envoy)}\n`).join('');
}

/** The first report in which all is accepted, or something refused; the last one when the time is over. */
async function settled(source: Source, graceMs: number, io: Io): Promise<SyncReport> {
  const done = new AbortController();
  const timer = setTimeout(() => done.abort(), graceMs);
  let last: SyncReport = syncReport(await source.ask(streamsQuestion));
  try {
    if (!isInSync(last) && !hasRefusals(last))
      await source.follow(
        streamsQuestion,
        (list) => {
          last = syncReport(list);
          if (isInSync(last) || hasRefusals(last)) done.abort();
        },
        warnTo(io),
        done.signal,
      );
  } finally {
    clearTimeout(timer);
    done.abort();
  }
  return last;
}

/** Until the process is interrupted. */
async function watch(source: Source, job: Job): Promise<void> {
  const { headers, io } = job;
  const table = createSyncPrinter(headers);
  const identity = ({ envoy }: SyncItem): string => envoy;
  const changes = await rowChanges({ ...job, table, names, identity });
  let refusals = '';
  const sink = (report: SyncReport): void => {
    io.write(changes(report.items));
    const refused = printRefusals(report);
    if (refused !== refusals) io.writeError(refused);
    refusals = refused;
  };
  await source.follow(streamsQuestion, (list) => sink(syncReport(list)), warnTo(io), new AbortController().signal);
}
