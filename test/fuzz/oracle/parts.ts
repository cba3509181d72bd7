import { fnv } from '../../../shared/model/hash.ts';
import { Random } from '../engine/random.ts';

const MAX_CUTS = 24;

/** Cuts a text into parts, at places that depend on the text alone; never within a surrogate pair. */
export function inParts(text: string): readonly string[] {
  const random = new Random(fnv(text.slice(0, 1000), text.length));
  const cuts = Array.from({ length: random.few(MAX_CUTS) }, () => random.below(text.length)).toSorted((a, b) => a - b);
  return [...cuts, text.length].map((cut, i) => text.slice(whole(text, cuts[i - 1] ?? 0), whole(text, cut)));
}

/** A surrogate without its other half is a character of its own, which may be the first. */
function whole(text: string, cut: number): number {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(cut - 1, 0), cut + 1)) ? cut + 1 : cut;
}
