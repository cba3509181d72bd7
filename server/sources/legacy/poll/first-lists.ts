import type { ListFacts } from '../wire/own-count.ts';
import { lackOf } from './lack.ts';
import { sizeOf } from './list-size.ts';

type Form = 'whole' | 'part' | 'empty';

/**
 * Which list is believed while nothing is known. A server that was just started lists an empty registry, which is legal,
 * or what little it has by then. Such a list is believed when the next one is of the same form and no shorter.
 */
export class FirstLists {
  #form: Form | undefined;
  #isDoubted = false;
  #size = 0;

  /** Whether there was one that is not believed at once. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** One that lists nothing of the legacy, and not all that it counts, is no view at all. */
  isBelieved(facts: ListFacts): boolean {
    const form = formOf(facts);
    const size = sizeOf(facts);
    const isSeenTwice = form === this.#form && size >= this.#size;
    this.#form = form;
    this.#size = size;
    if (form === 'whole') return true;
    this.#isDoubted = true;
    return isSeenTwice && (form === 'empty' || size > 0);
  }
}

/** Whether it lists instances of the legacy, and all that it counts. */
export function isEnough(facts: ListFacts): boolean {
  return formOf(facts) === 'whole';
}

function formOf(facts: ListFacts): Form {
  if (lackOf(facts) !== undefined) return 'part';
  return sizeOf(facts) === 0 ? 'empty' : 'whole';
}
