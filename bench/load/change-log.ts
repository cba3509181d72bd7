/** Which changes a server has acknowledged and when, so that the age of its answers can be told. */
export class ChangeLog {
  /** Change N is one of instance N modulo this. */
  readonly instances: number;
  readonly #acknowledged: { readonly number: number; readonly at: number }[] = [];

  constructor(instances: number) {
    this.instances = instances;
  }

  get count(): number {
    return this.#acknowledged.length;
  }

  acknowledged(number: number, at: number): void {
    this.#acknowledged.push({ number, at });
  }

  /**
   * How old an answer was when it was asked for, in milliseconds: for how long the earliest acknowledged change that it
   * does not show had been acknowledged. 0 when it shows them all.
   */
  ageOf(text: string, askedAt: number): number {
    const shown = new Map<number, number>();
    for (const [, digits] of text.matchAll(/"marker":"(\d+)"/g)) {
      const number = Number(digits);
      const instance = number % this.instances;
      shown.set(instance, Math.max(number, shown.get(instance) ?? 0));
    }
    const missing = this.#acknowledged.filter(
      ({ number, at }) => at < askedAt && (shown.get(number % this.instances) ?? 0) < number,
    );
    return missing.reduce((age, { at }) => Math.max(age, askedAt - at), 0);
  }
}
