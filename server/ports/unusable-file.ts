/** Prevents the start: a file that the configuration names cannot be used, and there is no last good content. */
export class UnusableFile extends Error {
  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`);
    this.name = 'UnusableFile';
  }
}
