import type { RouteItem } from '../../../routing/route-item.ts';
import { routeLines } from '../../output/route-cells.ts';
import { objectWords, placeWords } from '../../output/source-words.ts';
import { type Line, line, span, wrapWords } from '../line.ts';
import type { Size } from '../screen.ts';
import type { Sentence } from './sheet.ts';

/** All that the table says of one route. */
export function drawObject(item: RouteItem | null, { columns, rows }: Size): readonly Line[] {
  if (item === null) return [];
  return objectSentences(item)
    .flatMap(({ text, look }) => wrapWords(text, Math.max(1, columns - 2)).map((each) => line(span(` ${each}`, look))))
    .slice(0, rows);
}

export function objectSentences(item: RouteItem): readonly Sentence[] {
  const { source, via, status, holder, programmed } = item;
  const plain = (text: string): Sentence => ({ text, look: 'plain' });
  const lines = routeLines(item);
  return [
    { text: objectWords(source), look: 'bold' },
    plain(placeWords(source)),
    ...via.toReversed().map((each) => ({ text: `via ${objectWords(each)} ${placeWords(each)}`, look: 'dim' as const })),
    plain(''),
    plain((lines[0]?.match ?? '').replace(/ {2,}/g, ' ')),
    ...lines.map(({ backend, weight, ready }) =>
      plain([backend, weight, ready].filter((part) => part !== '-').join('  ')),
    ),
    plain(''),
    { text: lines[0]?.status ?? '', look: status.valid ? 'good' : 'bad' },
    ...(holder === undefined ? [] : [plain(`held by ${objectWords(holder)}`)]),
    ...status.reasons.map(({ message, severity }) => ({
      text: message,
      look: severity === 'error' ? ('bad' as const) : ('warning' as const),
    })),
    ...(programmed === null ? [] : [plain(`envoys ${programmed.envoys}/${programmed.of}`)]),
  ];
}
