import type { SourceItem } from '../../../routing/route-item.ts';
import type { Look } from '../line.ts';

/** What the screen shows; the keys 1 to 4 in this order. */
export const views = ['routes', 'objects', 'certs', 'sync'] as const;
export type View = (typeof views)[number];
export type SheetView = Exclude<View, 'routes'>;

/** A line of a list that is no list of routes. */
export interface SheetRow {
  /** What it is known by when it moves in the list. */
  readonly key: string;
  readonly cells: readonly string[];
  readonly isInvalid: boolean;
  /** All that is known of it, in sentences. */
  readonly details: readonly Sentence[];
  /** Where it is written; null for what nobody wrote. */
  readonly source: SourceItem | null;
  /** What a copy takes. */
  readonly name: string;
}

export interface Sentence {
  readonly text: string;
  readonly look: Look;
}

export interface Sheet {
  readonly headers: readonly string[];
  readonly rows: readonly SheetRow[];
}

/** A sheet as somebody looks at it. */
export interface SheetState {
  /** Null until somebody has answered. */
  readonly sheet: Sheet | null;
  /** What keeps the answer from being there, or from being up to date. */
  readonly warning: string | null;
  /** The rows that the filter leaves. */
  readonly wanted: readonly SheetRow[];
  readonly at: number;
}

export const firstSheet: SheetState = { sheet: null, warning: null, wanted: [], at: 0 };

interface SheetFilter {
  readonly filter: string;
  readonly invalidOnly: boolean;
  readonly sort: 'name' | 'invalid';
}

/** The list after the sheet or the filter has changed; what was chosen stays chosen as long as it is there. */
export function arrangedSheet(state: SheetState, filter: SheetFilter): SheetState {
  const wanted = wantedRows(state.sheet?.rows ?? [], filter);
  const chosen = state.wanted[state.at]?.key;
  const same = wanted.findIndex(({ key }) => key === chosen);
  return { ...state, wanted, at: same < 0 ? Math.max(0, Math.min(state.at, wanted.length - 1)) : same };
}

function wantedRows(rows: readonly SheetRow[], { filter, invalidOnly, sort }: SheetFilter): readonly SheetRow[] {
  const words = filter
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '');
  const wanted = rows.filter(({ cells, isInvalid }) => {
    const text = cells.join(' ').toLowerCase();
    return (!invalidOnly || isInvalid) && words.every((word) => text.includes(word));
  });
  return sort === 'name' ? wanted : wanted.toSorted((left, right) => Number(right.isInvalid) - Number(left.isInvalid));
}
