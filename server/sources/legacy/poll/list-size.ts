import type { ListFacts } from '../wire/own-count.ts';
import { countOf } from './lack.ts';

/**
 * Lists of different servers are compared by what they have of the legacy alone. Whatever an Eurek8s publishes into one
 * of them comes and goes apart from that, and a server that was restarted has it again before anything else.
 */
type Size = Pick<ListFacts, 'hashCode' | 'listed' | 'own'>;

/** How many instances of the legacy it lists. */
export function sizeOf({ listed, own }: Size): number {
  return listed - own;
}

/** How many there are by the server's own account. Nobody knows what is missing, so all of that may be the legacy's. */
export function countedSize(facts: Size): number {
  return countOf(facts) - facts.own;
}

/**
 * How many a part counts. `ownBefore`: how many entries of an Eurek8s were known there before. What is missing of them
 * is none of the legacy's, but there are at least as many of the legacy as are `known`.
 */
export function countedByPart(facts: Size, ownBefore: number, known: number): number {
  const most = countedSize(facts);
  return Math.min(most, Math.max(countOf(facts) - Math.max(facts.own, ownBefore), known));
}

/** Whether it lists more, or as much of more. */
export function isLonger(a: Size, b: Size): boolean {
  return sizeOf(a) > sizeOf(b) || (sizeOf(a) === sizeOf(b) && countedSize(a) > countedSize(b));
}
