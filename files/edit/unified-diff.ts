const CONTEXT = 3;

/** What changed between two texts, as `diff -u` writes it; empty where nothing did. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const steps = diffLines(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps);
  if (hunks.length === 0) return '';
  return [`--- ${name}\n+++ ${name}\n`, ...hunks.map((hunk) => printHunk(steps, hunk))].join('');
}

/** Where each stretch of changed lines begins in the new text, counted from 1. */
export function changedLines(before: string, after: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let wasSame = true;
  for (const { sign } of diffLines(linesOf(before), linesOf(after))) {
    if (sign !== ' ' && wasSame) lines.push(line);
    wasSame = sign === ' ';
    if (sign !== '-') line += 1;
  }
  return lines;
}

/** With their line ends. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/**
 * The fewest lines that go and come. Edits are few, so the work is that of the lines times their number.
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
 */
function diffLines(before: readonly string[], after: readonly string[]): readonly Step[] {
  const trail: ReadonlyMap<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let edits = 0; ; edits += 1) {
    trail.push(reached);
    reached = new Map(reached);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let at = comesDown(reached, diagonal, edits)
        ? reachOf(reached, diagonal + 1)
        : reachOf(reached, diagonal - 1) + 1;
      while (at < before.length && at - diagonal < after.length && before[at] === after[at - diagonal]) at += 1;
      reached.set(diagonal, at);
      if (at >= before.length && at - diagonal >= after.length) return walkBack(before, after, trail);
    }
  }
}

function reachOf(reached: ReadonlyMap<number, number>, diagonal: number): number {
  return reached.get(diagonal) ?? -1;
}

/** Whether the furthest way to a diagonal puts a line in; the other way takes one out. */
function comesDown(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && reachOf(reached, diagonal - 1) < reachOf(reached, diagonal + 1);
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  trail: readonly ReadonlyMap<number, number>[],
): readonly Step[] {
  const steps: Step[] = [];
  let at = before.length;
  let to = after.length;
  for (let edits = trail.length - 1; edits >= 0; edits -= 1) {
    const reached = trail[edits] ?? new Map<number, number>();
    const diagonal = at - to;
    const down = comesDown(reached, diagonal, edits);
    const from = reachOf(reached, down ? diagonal + 1 : diagonal - 1);
    const start = edits === 0 ? 0 : down ? from : from + 1;
    for (; at > start; at -= 1, to -= 1) steps.push({ sign: ' ', line: before[at - 1] ?? '' });
    if (edits === 0) break;
    steps.push(down ? { sign: '+', line: after[to - 1] ?? '' } : { sign: '-', line: before[at - 1] ?? '' });
    if (down) to -= 1;
    else at -= 1;
  }
  return steps.toReversed();
}

interface Hunk {
  readonly start: number;
  readonly end: number;
}

function hunksOf(steps: readonly Step[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  for (const [index, { sign }] of steps.entries()) {
    if (sign === ' ') continue;
    const last = hunks.at(-1);
    const end = Math.min(steps.length, index + CONTEXT + 1);
    if (last !== undefined && index - CONTEXT <= last.end) hunks[hunks.length - 1] = { start: last.start, end };
    else hunks.push({ start: Math.max(0, index - CONTEXT), end });
  }
  return hunks;
}

function printHunk(steps: readonly Step[], { start, end }: Hunk): string {
  const count = (sign: Step['sign'], from: number, to: number): number =>
    steps.slice(from, to).filter((step) => step.sign === ' ' || step.sign === sign).length;
  const side = (sign: Step['sign']): string => {
    const length = count(sign, start, end);
    return `${count(sign, 0, start) + (length === 0 ? 0 : 1)},${length}`;
  };
  const lines = steps
    .slice(start, end)
    .map(({ sign, line }) => sign + (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`));
  return `@@ -${side('-')} +${side('+')} @@\n${lines.join('')}`;
}
