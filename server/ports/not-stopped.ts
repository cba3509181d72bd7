/** A stop that left behind what did not end in time. */
export class NotStopped extends Error {
  /** The parts that were left behind, by their names for people. */
  readonly left: readonly string[];

  constructor(left: readonly string[]) {
    super(`did not end in time: ${left.join(', ')}`);
    this.name = 'NotStopped';
    this.left = left;
  }
}
