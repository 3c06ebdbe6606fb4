import { isNamed, isText, type Key } from '../key.ts';
import { moved } from '../list.ts';
import { pageOf } from '../page.ts';
import { stay } from '../screen.ts';
import type { SheetView } from './sheet.ts';
import { type BrowseState, sheetOf, withSheet } from './state.ts';
import { type BrowseStep, edited } from './step.ts';

/** What a key does in a list that is no list of routes; null for those that do nothing of their own there. */
export function onSheetKey(state: BrowseState, view: SheetView, key: Key): BrowseStep | null {
  const sheet = sheetOf(state, view);
  const at = moved(sheet.at, sheet.wanted.length, key);
  if (at !== null) return stay(withSheet(state, view, { ...sheet, at }));
  const row = sheet.wanted[sheet.at];
  if (row === undefined) return null;
  const { name, details, source } = row;
  if (isNamed(key, 'enter')) {
    const lines = details.map(({ text }) => text);
    return stay({ ...state, page: pageOf(name, lines) });
  }
  if (isText(key, 'c')) return stay({ ...state, notice: `copied ${name}` }, { type: 'copy', text: name });
  if (!isText(key, 'y') && !isText(key, 'e')) return null;
  if (source === null) return stay({ ...state, notice: 'nobody wrote this: there is no YAML of it' });
  return isText(key, 'y') ? stay(state, { type: 'yaml', source }) : edited(state, source);
}
