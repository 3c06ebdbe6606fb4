import { CommandFailure, helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { parsePath } from '../output/json-path/parse.ts';
import { type Path, TemplateFault } from '../output/json-path/template.ts';
import { sortItems } from '../output/sort-items.ts';
import { filled } from './scope.ts';

/** The order of `--sort-by`. */
export interface RowOrder {
  /** Throws CommandFailure where there is nothing to sort by. */
  sort<Item>(items: readonly Item[]): readonly Item[];
  /** The same of what is followed: where there is nothing to sort by yet, the order stays as it was. */
  follow<Item>(items: readonly Item[]): readonly Item[];
}

/** Throws UsageFailure. */
export function rowOrder(sortBy: string | undefined, command: string, { program }: Io): RowOrder {
  const written = filled(sortBy);
  if (written === null) return { sort: (items) => items, follow: (items) => items };
  const path = pathOf(written, helpHint(program, command));
  return {
    sort(items) {
      const sorted = sortItems(items, path, written);
      if (sorted.type === 'sorted') return sorted.items;
      throw new CommandFailure(`--sort-by: ${sorted.why}`, [
        `The fields are those of an item of: ${program} ${command} -o json`,
      ]);
    },
    follow(items) {
      const sorted = sortItems(items, path, written);
      return sorted.type === 'sorted' ? sorted.items : items;
    },
  };
}

function pathOf(written: string, hint: string): Path {
  try {
    return parsePath(written);
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    throw new UsageFailure(`the value of --sort-by ${error.message}`, hint);
  }
}
