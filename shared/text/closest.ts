/** Nobody mistypes longer words, and comparing them would cost time. */
const MAX_WORD_LENGTH = 64;

/**
 * The known word that somebody who wrote `word` most likely meant; `undefined` when none is close. The last part of a
 * dotted name counts on its own too, so that `port` leads to `listen.port`.
 */
export function closest(word: string, known: Iterable<string>): string | undefined {
  const wanted = simplified(word);
  if (wanted.length > MAX_WORD_LENGTH) return undefined;
  let best: string | undefined;
  let least = wanted.length < 5 ? 1.5 : Math.max(2, wanted.length / 3);
  for (const candidate of known) {
    const distance = Math.min(
      editDistance(wanted, simplified(candidate), least),
      editDistance(wanted, simplified(candidate.slice(candidate.lastIndexOf('.') + 1)), least) + 0.5,
    );
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
 * The number of insertions, deletions, substitutions and swaps of neighbours. Infinity if the lengths alone exceed
 * `limit`.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const substitute = at(last, column - 1) + (same ? 0 : 1);
      const swap = swapped ? at(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(substitute, swap, at(last, column) + 1, at(current, column - 1) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
