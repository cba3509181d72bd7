/** A stop that went on without what did not end in time: nobody waits for it any more. */
export class NotStopped extends Error {
  /** What was left behind, for people. */
  readonly left: readonly string[];

  constructor(left: readonly string[]) {
    super(`did not end in time: ${left.join(', ')}`);
    this.name = 'NotStopped';
    this.left = left;
  }
}
