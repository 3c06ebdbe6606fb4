/** How far apart two names may be and still be taken for one misspelt. */
const nearest = 2;

/** The candidate that `name` is most likely a misspelling of, without regard to case; null where none is near. */
export function closest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let distance = nearest + 1;
  for (const candidate of candidates) {
    const next = editDistance(name.toLowerCase(), candidate.toLowerCase());
    // A name of which half the letters are wrong is no misspelling.
    if (next < distance && next * 2 < candidate.length) [best, distance] = [candidate, next];
  }
  return best;
}

/**
 * Insertions, removals, changes and swaps of neighbours that turn one text into the other; more than
 * `nearest` is not counted out. https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance (restricted)
 */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > nearest) return nearest + 1;
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const change = left[row - 1] === right[column - 1] ? 0 : 1;
      current.push(Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + change));
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) current[column] = Math.min(at(current, column), at(before, column - 2) + 1);
    }
    [before, above] = [above, current];
  }
  return at(above, right.length);
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Infinity;
}
