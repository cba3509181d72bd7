import type { OptionKey } from './options.ts';
import type { InnerPath, Origin, Problem } from './problem.ts';

/** A value as it was written somewhere, not yet checked. */
export interface Given {
  readonly value: unknown;
  readonly origin: Origin;
  /** Where exactly a part of the value stands. */
  readonly locate: (inner: InnerPath) => Origin;
}

/** What one place (the file, the environment, the flags) gives, and what is wrong with it. */
export interface GivenValues {
  readonly values: ReadonlyMap<OptionKey, Given>;
  readonly problems: readonly Problem[];
}

/** A value of which only the whole can be located, as in a flag. */
export function given(value: unknown, origin: Origin): Given {
  return { value, origin, locate: () => origin };
}
