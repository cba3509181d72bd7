import type { DocumentFacts } from '../../../../shared/codec/document.ts';
import { lackOf } from './lack.ts';

type Form = 'whole' | 'part' | 'empty';

/**
 * Which list is believed while nothing is known. A server that was just started lists an empty registry, which is legal,
 * or what little it has by then. Such a list is believed when the next one is of the same form and no shorter.
 */
export class FirstLists {
  #form: Form | undefined;
  #listed = 0;

  /** One that lists nothing of what it counts is no view at all. */
  isBelieved(facts: DocumentFacts): boolean {
    const form = formOf(facts);
    const isSeenTwice = form === this.#form && facts.listed >= this.#listed;
    this.#form = form;
    this.#listed = facts.listed;
    if (form === 'whole') return true;
    return isSeenTwice && (form === 'empty' || facts.listed > 0);
  }
}

/** Whether it lists instances, and all that it counts. */
export function isEnough(facts: DocumentFacts): boolean {
  return formOf(facts) === 'whole';
}

function formOf(facts: DocumentFacts): Form {
  if (lackOf(facts) !== undefined) return 'part';
  return facts.listed === 0 ? 'empty' : 'whole';
}
