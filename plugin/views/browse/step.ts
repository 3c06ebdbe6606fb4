import type { SourceItem } from '../../../routing/route-item.ts';
import { stay, type Step } from '../screen.ts';
import type { SheetView } from './sheet.ts';
import type { BrowseState } from './state.ts';

/** What the screen wants from the world. */
export type Effect =
  | { readonly type: 'yaml' | 'edit'; readonly source: SourceItem }
  /** Somebody wants to see it. */
  | { readonly type: 'look'; readonly view: SheetView }
  | { readonly type: 'trace'; readonly request: string }
  | { readonly type: 'copy'; readonly text: string };

export type BrowseEnd =
  | { readonly type: 'left' }
  | { readonly type: 'interrupted' }
  /** On to the canary of this object, and back afterwards. */
  | { readonly type: 'canary'; readonly namespace: string; readonly name: string; readonly state: BrowseState }
  /** On to the wizard that gives this path away, and back afterwards. */
  | {
      readonly type: 'delegate';
      readonly host: string;
      readonly prefix: string;
      /** Of the root of the host. */
      readonly namespace: string;
      readonly state: BrowseState;
    };

export type BrowseStep = Step<BrowseState, Effect, BrowseEnd>;

export function edited(state: BrowseState, source: SourceItem): BrowseStep {
  const why = whyNotChange(state);
  return why === null ? stay(state, { type: 'edit', source }) : stay({ ...state, notice: why });
}

/** Null where the keys that change something work. */
export function whyNotChange({ setting }: BrowseState): string | null {
  return setting.readOnly ? 'read-only: --read-only was given' : null;
}
