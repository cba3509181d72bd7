import { medianByCpu, medianByRate, type Contest } from './contest.ts';
import { figure, range } from './report/numbers.ts';
import type { Verdict } from './section.ts';

/** `ciBar` is wider than `bar`: it tells a broken run from a noisy machine. */
export interface Bar {
  readonly what: string;
  readonly bar: number;
  readonly ciBar?: number;
}

/** The verdict over a contest; none when it did not take place. */
export function ratioVerdict({ what, bar, ciBar }: Bar, contest: Contest | undefined): readonly Verdict[] {
  if (contest === undefined) return [];
  const { byRate } = contest;
  const byCpu = medianByCpu(contest);
  return [
    {
      what,
      value: medianByRate(contest),
      unit: '×',
      bar,
      sense: 'at least',
      ...(ciBar !== undefined && { ciBar, ciValue: byCpu }),
      spread: `${range(byRate)} in ${byRate.length} rounds; by CPU time ${figure(byCpu)}`,
    },
  ];
}
