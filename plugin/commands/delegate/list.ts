import { delegateListSpec } from '../../command-line/delegate-specs.ts';
import type { DelegationList } from '../../delegation-list.ts';
import type { Io } from '../../io.ts';
import { createDataPrinter } from '../../output/data-printer.ts';
import { createDelegationPrinter } from '../../output/delegation.ts';
import { escapeCell } from '../../output/escape.ts';
import { printFaults } from '../../output/faults.ts';
import { isOwnFormat, type ReportFormat } from '../../output/report-format.ts';
import { printWarning } from '../../output/warning.ts';
import type { DelegationItem, DelegationQuery } from '../../../routing/delegation-item.ts';
import { identityOf } from '../../services/delegate/list-question.ts';
import { command, type CommandInput } from '../command.ts';
import { reportFormat } from '../output-format.ts';
import { rowChanges } from '../row-changes.ts';
import { type RowOrder, rowOrder } from '../row-order.ts';
import { filled, isWatch } from '../scope.ts';
import { followList, readList } from './read-list.ts';

const NAME = 'delegate list';

interface Job {
  readonly flags: CommandInput<typeof delegateListSpec>['flags'];
  readonly query: DelegationQuery;
  readonly format: ReportFormat;
  readonly headers: boolean;
  readonly order: RowOrder;
  readonly tellsFirst: boolean;
  readonly io: Io;
}

export const delegateListCommand = command(delegateListSpec, async ({ flags }, io) => {
  const format = reportFormat(flags.output, NAME, io);
  const order = rowOrder(flags['sort-by'], NAME, io);
  const query = { to: filled(flags.to), namespace: filled(flags.namespace), broken: flags.broken };
  const job: Job = { flags, query, format, headers: !flags['no-headers'], order, tellsFirst: !flags['watch-only'], io };
  await (isWatch(flags) ? watch(job) : show(job));
  return 0;
});

async function show({ flags, query, format, headers, order, io }: Job): Promise<void> {
  const unsorted = await readList(flags, NAME, query, io);
  const list = { ...unsorted, items: order.sort(unsorted.items) };
  io.writeError(remarksOn(list));
  if (!isOwnFormat(format)) return io.write((await createDataPrinter(format, headers)).report(list));
  if (format.type === 'name') return io.write(names(list.items));
  io.write(createDelegationPrinter(headers).print(list.items));
  if (list.items.length === 0) io.writeError(flags.broken ? 'Nothing is broken.\n' : 'No delegations found.\n');
}

/** Until the process is interrupted. */
async function watch(job: Job): Promise<void> {
  const { flags, query, headers, io } = job;
  const table = createDelegationPrinter(headers);
  const changes = await rowChanges({ ...job, table, names, identity: identityOf });
  let remarks = '';
  await followList(flags, NAME, query, io, (list) => {
    const now = remarksOn(list);
    if (now !== remarks) io.writeError(now);
    remarks = now;
    io.write(changes(list.items));
  });
}

function remarksOn({ faults, partial, source }: DelegationList): string {
  const unread = source.from === 'api' ? source.unread.join(', ') : '';
  return printFaults(faults) + (partial ? printWarning(`this is a part of it: you may not read ${unread}`) : '');
}

/** The object that gives it. */
function names(items: readonly DelegationItem[]): string {
  return items
    .map(({ from, type }) => {
      const resource = type === 'Path' ? 'httpproxy' : 'tlscertificatedelegation';
      return from === null ? '' : `${resource}.projectcontour.io/${escapeCell(from.name)}\n`;
    })
    .join('');
}
