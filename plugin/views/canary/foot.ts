import { percentText } from '../../services/canary/weights.ts';
import type { Glyphs } from '../glyphs.ts';
import { type Line, line, span } from '../line.ts';
import { deadBecause, whyNotChange } from './keys.ts';
import type { CanaryState, Question } from './state.ts';

/** What somebody is asked or told, and the keys that work. */
export function footOf(state: CanaryState, glyphs: Glyphs): readonly Line[] {
  const { question, busy, notice, staged, moment } = state;
  if (question !== null) return [line(...asked(question, state, glyphs))];
  const told =
    busy !== null
      ? [line(span(` ${busy} ${glyphs.more}`, 'accent'))]
      : notice !== null
        ? [line(span(` ${notice.text}`, notice.look))]
        : staged !== null
          ? [
              line(
                span(` enter: ${moment.subject?.canary?.name ?? ''} to ${percentText(staged)}   esc: not`, 'warning'),
              ),
            ]
          : [];
  return [...told, line(span(` ${keysOf(state, glyphs)}`, 'dim'))];
}

function asked(question: Question, { moment }: CanaryState, { cursor }: Glyphs) {
  const canary = moment.subject?.canary?.name ?? '';
  const { name } = moment.item.object;
  switch (question.type) {
    case 'promote':
      return [span(` promote ${canary} to 100%?  [y] yes  [n] no (default)`, 'warning')];
    case 'abort':
      return [span(' abort: back to what was there before?  [enter] yes  [n] no', 'warning')];
    case 'set':
      return [
        span(` ${canary} gets: ${question.text}`, 'warning'),
        span(cursor),
        span(' %   [enter] stage  [esc] not'),
      ];
    case 'name':
      return [
        span(` ${question.action.type}: type ${name} to do it: ${question.text}`, 'warning'),
        span(cursor),
        span('   [esc] not'),
      ];
  }
}

function keysOf(state: CanaryState, { keysAcross, keysUpDown, plusMinus }: Glyphs): string {
  if (deadBecause(state) !== null) return '? help  q quit';
  const looking = 't trace  d diff  ? help  q quit';
  if (whyNotChange(state) !== null) return looking;
  return `${keysAcross} ${plusMinus}10  ${keysUpDown} ${plusMinus}1  s set  n next step  p promote  a abort  space hold  ${looking}`;
}
