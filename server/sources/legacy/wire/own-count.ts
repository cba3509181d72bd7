import type { ApplicationIntake, DecodedApplication, DocumentFacts } from '../../../../shared/codec/document.ts';
import { isOwnEntry } from '../../../../shared/model/own-entry.ts';

/** What a list of the legacy states beside its applications. */
export interface ListFacts extends DocumentFacts {
  /** How many of those that it lists an Eurek8s made. */
  readonly own: number;
}

/** Passes a list on, and counts what an Eurek8s made. */
export class OwnCount implements ApplicationIntake {
  readonly #intake: ApplicationIntake;
  #own = 0;

  constructor(intake: ApplicationIntake) {
    this.#intake = intake;
  }

  get own(): number {
    return this.#own;
  }

  add(application: DecodedApplication): void {
    this.#own += application.instances.filter(isOwnEntry).length;
    this.#intake.add(application);
  }

  restart(): void {
    this.#own = 0;
    this.#intake.restart();
  }
}
