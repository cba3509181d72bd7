/** The known word that a mistyped one most likely meant, within two edits (three in long words). */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = word.length > 8 ? 4 : 3;
  for (const candidate of known) {
    const edits = distance(word.toLowerCase(), candidate);
    if (edits < least && edits < candidate.length) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
