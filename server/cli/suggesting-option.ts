import { Option } from 'commander';

/** An option that takes other values, too: who reads them says which. These are offered where one completes. */
export class SuggestingOption extends Option {
  readonly suggested: readonly string[];

  constructor(flags: string, description: string, suggested: readonly string[]) {
    super(flags, description);
    this.suggested = suggested;
  }
}
