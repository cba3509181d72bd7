import type { OptionKey } from './options.ts';

/** Defaults that depend on what else is given; of an option that is given itself nothing is said. */
export function dependentDefaults(values: ReadonlyMap<OptionKey, unknown>): readonly (readonly [OptionKey, unknown])[] {
  // Whoever gives out passwords wants them asked for.
  return values.get('auth.file') === undefined ? [] : [['auth.anonymous', []]];
}
