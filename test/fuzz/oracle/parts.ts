import { fnv } from '../../../shared/model/hash.ts';
import { Random } from '../engine/random.ts';

const MAX_CUTS = 24;

/** Cuts a text into parts, at places that depend on the text alone; never within a surrogate pair. */
export function inParts(text: string): readonly string[] {
  const random = new Random(fnv(text.slice(0, 1000), text.length));
  const cuts = Array.from({ length: random.few(MAX_CUTS) }, () => random.below(text.length)).toSorted((a, b) => a - b);
  return [...cuts, text.length].map((cut, i) => text.slice(whole(text, cuts[i - 1] ?? 0), whole(text, cut)));
}

function whole(text: string, cut: number): number {
  return cut < text.length && /[\udc00-\udfff]/.test(text.charAt(cut)) ? cut + 1 : cut;
}
