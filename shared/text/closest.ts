/** Nobody mistypes longer words, and comparing them would cost time. */
const MAX_WORD_LENGTH = 64;
/** Nor does anybody make more mistakes in one word. */
const MAX_EDITS = 5;
/**
 * Comparisons of two letters for one word, some milliseconds: anybody may ask for a word that is not known among ten
 * thousand names that are much like each other. What comes behind them is not looked at.
 */
const MAX_COMPARISONS = 1_000_000;

/**
 * The known word that somebody who wrote `word` most likely meant; `undefined` when none is close. The last part of a
 * dotted name counts on its own too, so that `port` leads to `listen.port`.
 */
export function closest(word: string, known: Iterable<string>): string | undefined {
  const wanted = simplified(word);
  if (wanted.length > MAX_WORD_LENGTH) return undefined;
  const budget = { comparisons: MAX_COMPARISONS };
  let best: string | undefined;
  let least = wanted.length < 5 ? 1.5 : Math.min(Math.max(2, wanted.length / 3), MAX_EDITS);
  for (const candidate of known) {
    const dot = candidate.lastIndexOf('.');
    const distance = Math.min(
      editDistance(wanted, simplified(candidate), least, budget),
      dot < 0 ? Infinity : editDistance(wanted, simplified(candidate.slice(dot + 1)), least, budget) + 0.5,
    );
    if (budget.comparisons < 0) break;
    // The first of equally close ones wins. A word that needs as many edits as it has letters is not close at all.
    if (distance < wanted.length && (best === undefined ? distance <= least : distance < least))
      [best, least] = [candidate, distance];
  }
  return best;
}

/** `, did you mean "listen.port"?`, or nothing. */
export function didYouMean(given: string, known: Iterable<string>): string {
  const name = closest(given, known);
  return name === undefined ? '' : `, did you mean "${name}"?`;
}

/** Case and separators do not count: people get them wrong most often. */
function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/**
 * The number of insertions, deletions, substitutions and swaps of neighbours; Infinity if it exceeds `limit`. Positions
 * that lie further apart than that are not compared, and nothing more once all of a row are over it.
 */
function editDistance(a: string, b: string, limit: number, budget: { comparisons: number }): number {
  const band = Math.floor(limit);
  if (Math.abs(a.length - b.length) > band) return Infinity;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  let leastOfLast = 0;
  for (let row = 1; row <= a.length; row++) {
    const current = Array.from({ length: b.length + 1 }, () => Infinity);
    current[0] = row;
    let least = row;
    const end = Math.min(b.length, row + band);
    for (let column = Math.max(1, row - band); column <= end; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const substitute = at(last, column - 1) + (same ? 0 : 1);
      const swap = swapped ? at(beforeLast, column - 2) + 1 : Infinity;
      const distance = Math.min(substitute, swap, at(last, column) + 1, at(current, column - 1) + 1);
      current[column] = distance;
      least = Math.min(least, distance);
    }
    budget.comparisons -= 2 * band + 1;
    if (least > limit && leastOfLast > limit) return Infinity;
    leastOfLast = least;
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
