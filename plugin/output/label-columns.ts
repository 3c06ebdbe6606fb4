import type { Labels } from '../source.ts';

/** Columns behind those of a table: one for each label of `-L`, and with `--show-labels` one with all. */
export interface LabelColumns {
  readonly names: readonly string[];
  readonly all: boolean;
}

/** As kubectl calls them: `tier` and `example.com/tier` are TIER. */
export function labelHeaders({ names, all }: LabelColumns): readonly string[] {
  const titles = names.map((name) => name.slice(name.lastIndexOf('/') + 1).toUpperCase());
  return all ? [...titles, 'LABELS'] : titles;
}

export function labelCells({ names, all }: LabelColumns, labels: Labels): readonly string[] {
  const cells = names.map((name) => labels.get(name) ?? '');
  return all ? [...cells, labelText(labels)] : cells;
}

function labelText(labels: Labels): string {
  if (labels.size === 0) return '<none>';
  return [...labels]
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(',');
}
