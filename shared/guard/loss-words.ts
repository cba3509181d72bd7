import type { GuardsConfig } from '../config/config.ts';
import { age } from '../text/printable.ts';
import { countedFor } from './limit.ts';

/** What a hold is about. */
export interface CountedLoss {
  /** `instances`. */
  readonly kind: string;
  /** All that count, those that went before included. */
  readonly count: number;
  /** Of so many. */
  readonly of: number;
  /** Those of `count` that had passed earlier and stay gone: they count, and are not held. */
  readonly earlier: number;
}

/** `31 of 100 instances are gone at once, more than 30 %`: the loss that a hold begins with, as it was judged. */
export function lossWords({ kind, count, of, earlier }: CountedLoss, guards: GuardsConfig): string {
  const what = count === of ? `all ${of} ${kind} are gone` : `${count} of ${of} ${kind} are gone`;
  const limit = `more than ${guards.maxRemoval} %`;
  if (earlier === 0) return count === of ? `${what}, ${limit}` : `${what} at once, ${limit}`;
  return `${what} within ${age(countedFor(guards))}, ${limit}; ${earlier} of them went before and ${earlier === 1 ? 'is' : 'are'} not held`;
}
