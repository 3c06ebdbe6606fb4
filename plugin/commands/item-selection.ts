import type { selectorFlags } from '../command-line/output-flags.ts';
import type { FlagValues } from '../command-line/spec.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { parseFieldSelector } from '../services/field-selector.ts';
import type { ItemSelection } from '../services/select-items.ts';
import { filled } from './scope.ts';

/** What -l and --field-selector say. Throws UsageFailure. */
export function itemSelection(
  flags: FlagValues<typeof selectorFlags>,
  command: string,
  { program }: Io,
  shows: string | null = null,
): ItemSelection {
  const fields = parseFieldSelector(flags['field-selector'] ?? '');
  if (typeof fields === 'string') throw new UsageFailure(fields, helpHint(program, command));
  return { labels: filled(flags.selector), fields, shows };
}
