import type { RouteItem, SourceItem } from '../../../routing/route-item.ts';
import { routeLines } from '../../output/route-cells.ts';
import { objectWords, pointerWords } from '../../output/source-words.ts';

/** Who includes whom, for the routes of one host: what each object gives away, and what it answers itself. */
export function treeLines(items: readonly RouteItem[]): readonly string[] {
  const listeners = [...new Set(items.map(({ listener }) => listener))];
  return listeners.flatMap((listener) => [
    ...(listeners.length === 1 ? [] : [`${listener}:`]),
    ...below(
      items.filter((item) => item.listener === listener && item.order !== null),
      0,
    ),
    ...items
      .filter((item) => item.listener === listener && item.order === null)
      .map((item) => `${objectWords(item.source)}   ${routeLines(item)[0]?.status ?? ''}`),
  ]);
}

function below(items: readonly RouteItem[], depth: number): readonly string[] {
  const indent = '    '.repeat(depth);
  const objects = new Map<string, RouteItem[]>();
  for (const item of items) {
    const at = chainOf(item)[depth];
    if (at === undefined) continue;
    const name = objectWords(at);
    const known = objects.get(name);
    if (known === undefined) objects.set(name, [item]);
    else known.push(item);
  }
  return [...objects].flatMap(([name, own]) => {
    const answered = own.filter((item) => chainOf(item).length === depth + 1);
    const included = own.filter((item) => chainOf(item).length > depth + 1);
    const includes = [...new Set(included.map((item) => chainOf(item)[depth]?.pointer ?? ''))];
    return [
      `${indent}${name}`,
      ...answered.map((item) => `${indent}  ${answerLine(item)}`),
      ...includes.flatMap((pointer) => [
        `${indent}  ${pointerWords(pointer)} includes`,
        ...below(
          included.filter((item) => chainOf(item)[depth]?.pointer === pointer),
          depth + 1,
        ),
      ]),
    ];
  });
}

function chainOf({ via, source }: RouteItem): readonly SourceItem[] {
  return [...via, source];
}

function answerLine(item: RouteItem): string {
  const lines = routeLines(item);
  const backends = lines.map(({ backend, weight }) => (weight === '-' ? backend : `${backend} ${weight}`)).join(', ');
  const status = item.status.valid ? '' : `   ${lines[0]?.status ?? ''}`;
  return `${pointerWords(item.source.pointer)}   ${lines[0]?.match ?? ''} -> ${backends}${status}`;
}
