import { range } from './report/numbers.ts';
import type { Verdict } from './section.ts';
import { median } from './statistics.ts';

/** `ciBar` is wider than `bar`: it tells a broken run from a noisy machine. */
export interface Bar {
  readonly what: string;
  readonly bar: number;
  readonly ciBar?: number;
}

/** The verdict over ratios of several rounds; none when there are none. */
export function ratioVerdict({ what, bar, ciBar }: Bar, values: readonly number[] | undefined): readonly Verdict[] {
  if (values === undefined || values.length === 0) return [];
  return [
    {
      what,
      value: median(values),
      unit: '×',
      bar,
      sense: 'at least',
      ...(ciBar !== undefined && { ciBar }),
      spread: `${range(values)} in ${values.length} rounds`,
    },
  ];
}
