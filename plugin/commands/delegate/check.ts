import type { PathDelegation } from '../../../routing/delegation-item.ts';
import { delegateCheckSpec } from '../../command-line/delegate-specs.ts';
import { CommandFailure } from '../../failure.ts';
import { createDelegationPrinter } from '../../output/delegation.ts';
import { escapeControls } from '../../output/escape.ts';
import { printData } from '../../output/print-data.ts';
import { wordFormats } from '../../output/report-format.ts';
import { headerKey } from '../../services/delegate/conditions.ts';
import { targetText } from '../../services/delegate/target.ts';
import { command } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { headersOf, targetOf } from './input.ts';
import { missingFor, readList } from './read-list.ts';

const formats = ['', 'text', ...wordFormats] as const;

export const delegateCheckCommand = command(delegateCheckSpec, async ({ flags, arguments: [word] }, io) => {
  const format = outputFormat(flags.output ?? '', formats, 'delegate check', io);
  const target = targetOf(word, 'delegate check', io);
  const wanted = headersOf(flags).map(headerKey).toSorted();
  const list = await readList(flags, 'delegate check', { to: null, namespace: null, broken: false }, io);
  const items = list.items.filter(
    (item): item is PathDelegation =>
      item.type === 'Path' &&
      item.host === target.host &&
      item.prefix.replace(/\/$/, '') === target.prefix &&
      JSON.stringify(keysOf(item)) === JSON.stringify(wanted),
  );
  const name = targetText(target);
  if (items.length === 0 && list.partial)
    throw new CommandFailure(
      `it is not known whether ${name} is delegated: not all that could tell may be read`,
      missingFor(list),
    );
  const unverified = items.length > 0 && items.every(({ status }) => status.valid && !status.verified);
  if (unverified)
    throw new CommandFailure(`${name} is delegated, and it is not known whether that works`, missingFor(list));
  if (format !== '' && format !== 'text') io.write(await printData(format, { ...list, items }));
  else if (items.length === 0) io.write(`${escapeControls(name)} is not delegated\n`);
  else {
    io.write(createDelegationPrinter(true).print(items));
    for (const { status } of items)
      for (const { reason, message } of status.reasons) io.write(`${escapeControls(`${reason}: ${message}`)}\n`);
  }
  return items.length > 0 && items.every(({ status }) => status.valid) ? 0 : 1;
});

function keysOf({ conditions }: PathDelegation): readonly string[] {
  const headers = conditions.headers.map(({ name, type, value }) => `${name.toLowerCase()} ${type} ${value}`);
  return [...headers, ...conditions.query.map(({ name }) => `?${name}`)].toSorted();
}
