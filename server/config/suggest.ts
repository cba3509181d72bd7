/**
 * The known name that was probably meant, or undefined when nothing is close. The last part alone counts too, so that
 * `port` leads to `listen.port`.
 */
export function suggestion(given: string, known: readonly string[]): string | undefined {
  const wanted = simplified(given);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const name of known) {
    const whole = editDistance(wanted, simplified(name));
    const lastPart = editDistance(wanted, simplified(name.slice(name.lastIndexOf('.') + 1))) + 0.5;
    const distance = Math.min(whole, lastPart);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return bestDistance <= Math.max(1.5, wanted.length / 3) ? best : undefined;
}

/** `, did you mean "listen.port"?`, or nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const name = suggestion(given, known);
  return name === undefined ? '' : `, did you mean "${name}"?`;
}

/** Case and separators are what people get wrong most; they do not count. */
function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Insertions, deletions, substitutions and swaps of neighbours, each 1. */
function editDistance(a: string, b: string): number {
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
