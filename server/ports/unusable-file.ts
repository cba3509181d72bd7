/** A file that the configuration names cannot be used, and nothing is known that could stand in for it: no start. */
export class UnusableFile extends Error {
  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`);
    this.name = 'UnusableFile';
  }
}
