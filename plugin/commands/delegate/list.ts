import { delegateListSpec } from '../../command-line/delegate-specs.ts';
import { createDataPrinter } from '../../output/data-printer.ts';
import { printDelegations } from '../../output/delegation.ts';
import { escapeCell, escapeControls } from '../../output/escape.ts';
import { printFaults } from '../../output/faults.ts';
import { isOwnFormat } from '../../output/report-format.ts';
import type { DelegationItem } from '../../../routing/delegation-item.ts';
import { command } from '../command.ts';
import { reportFormat } from '../output-format.ts';
import { filled } from '../scope.ts';
import { readList } from './read-list.ts';

export const delegateListCommand = command(delegateListSpec, async ({ flags }, io) => {
  const format = reportFormat(flags.output, 'delegate list', io);
  const query = { to: filled(flags.to), namespace: filled(flags.namespace), broken: flags.broken };
  const list = await readList(flags, 'delegate list', query, io);
  io.writeError(printFaults(list.faults));
  if (list.partial) io.writeError(`Warning: ${escapeControls(partialText(list.source))}\n`);
  if (!isOwnFormat(format)) io.write((await createDataPrinter(format, !flags['no-headers'])).report(list));
  else if (format.type === 'name') io.write(list.items.map(nameLine).join(''));
  else {
    io.write(printDelegations(list.items, !flags['no-headers']));
    if (list.items.length === 0) io.writeError(flags.broken ? 'Nothing is broken.\n' : 'No delegations found.\n');
  }
  return 0;
});

function partialText(source: Awaited<ReturnType<typeof readList>>['source']): string {
  const unread = source.from === 'api' ? source.unread.join(', ') : '';
  return `this is a part of it: you may not read ${unread}`;
}

/** The object that gives it. */
function nameLine({ from, type }: DelegationItem): string {
  if (from === null) return '';
  const resource = type === 'Path' ? 'httpproxy' : 'tlscertificatedelegation';
  return `${resource}.projectcontour.io/${escapeCell(from.name)}\n`;
}
