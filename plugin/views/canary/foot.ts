import { percentText } from '../../services/canary/weights.ts';
import type { Glyphs } from '../glyphs.ts';
import { type Line, line, type Look, span, wrapWords } from '../line.ts';
import { nameQuestion } from '../name-question.ts';
import { deadBecause, whyNotChange } from './keys.ts';
import type { CanaryState, Question } from './state.ts';

/** What somebody is asked or told, and the keys that work. */
export function footOf(state: CanaryState, columns: number, glyphs: Glyphs): readonly Line[] {
  if (state.question !== null) return wrapped(asked(state.question, state, glyphs), 'warning', columns);
  const told = toldOf(state, glyphs);
  const keys = line(span(` ${keysOf(state, columns, glyphs)}`, 'dim'));
  return told === null ? [keys] : [...wrapped(told.text, told.look, columns).slice(0, mostLines), keys];
}

/** More than this of a notice is no notice. */
const mostLines = 3;

function wrapped(text: string, look: Look, columns: number): readonly Line[] {
  return wrapWords(text, columns - 1).map((each) => line(span(` ${each}`, look)));
}

function toldOf(
  { busy, notice, staged, moment }: CanaryState,
  { more }: Glyphs,
): { readonly text: string; readonly look: Look } | null {
  if (busy !== null) return { text: `${busy} ${more}`, look: 'accent' };
  if (notice !== null) return notice;
  if (staged === null) return null;
  return { text: `enter: ${moment.subject?.canary?.name ?? ''} to ${percentText(staged)}   esc: not`, look: 'warning' };
}

function asked(question: Question, { moment }: CanaryState, { cursor }: Glyphs): string {
  const canary = moment.subject?.canary?.name ?? '';
  const { name } = moment.item.object;
  switch (question.type) {
    case 'promote':
      return `promote ${canary} to 100%?  [y] yes  [n] no (default)`;
    case 'abort':
      return 'abort: back to what was there before?  [enter] yes  [n] no';
    case 'interrupt':
      return 'stop driving: leave it as it is?  [enter] hold  [a] abort: back to what was there  [esc] drive on';
    case 'set':
      return `${canary} gets: ${question.text}${cursor} %   [enter] stage  [esc] not`;
    case 'name':
      return `${question.action.type}: ${nameQuestion(name, question.text, cursor)}   [esc] not`;
  }
}

function keysOf(state: CanaryState, columns: number, { keysAcross, keysUpDown, plusMinus }: Glyphs): string {
  if (deadBecause(state) !== null) return '? help  q quit';
  const looking = 't trace  d diff';
  if (whyNotChange(state) !== null) return columns < 40 ? '? help  q quit' : `${looking}  ? help  q quit`;
  const changing = `${keysAcross} ${plusMinus}10  ${keysUpDown} ${plusMinus}1  s set  n next step  p promote  a abort  space hold`;
  // Where there is no room for all, the one that lists them stays.
  return columns < 100 ? `? help  q quit  ${changing}  ${looking}` : `${changing}  ${looking}  ? help  q quit`;
}
