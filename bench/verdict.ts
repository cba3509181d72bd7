import { figure, withInterval } from './report/text.ts';
import type { Table } from './section.ts';
import { median, medianInterval } from './statistics.ts';

/** A bar of the project, and where a run was. */
export interface Verdict {
  readonly what: string;
  /** One of each round, or the only one there is. Their median is what counts. */
  readonly samples: readonly number[];
  readonly unit: '×' | 'ms' | 's' | 'MB';
  readonly bar: number;
  readonly sense: 'at least' | 'at most';
  /**
   * The wider limit that fails a run: it tells broken code from a noisy machine. Ratios only: absolute times and bytes
   * depend on the machine, so they are reported and never fail.
   */
  readonly ciBar?: number;
  /** Compared with `ciBar` instead of the median: the same in CPU time, which other work on the machine disturbs less. */
  readonly ciValue?: number;
  readonly remark?: string;
}

/** `undecided`: the machine was too noisy to tell on which side of the bar the ratio is. */
export type Outcome = 'met' | 'missed' | 'undecided';

/** By the interval in which the median lies (see `medianInterval`): where the bar is within it, the rounds do not tell. */
export function outcome({ samples, bar, sense }: Verdict): Outcome {
  const { least, most } = medianInterval(samples);
  const met = [least, most].map((value) => isMet(value, bar, sense));
  if (met.every((each) => each)) return 'met';
  return met.some((each) => each) ? 'undecided' : 'missed';
}

/** What fails a run: only what is further off than a busy machine explains. */
export function isBroken({ samples, sense, ciBar, ciValue = median(samples) }: Verdict): boolean {
  return ciBar !== undefined && !isMet(ciValue, ciBar, sense);
}

/** What a run says of a verdict that fails it. */
export function brokenText({ what, samples, ciBar = Number.NaN, ciValue }: Verdict): string {
  return `${what}: ${figure(ciValue ?? median(samples))}${ciValue === undefined ? '' : ' in CPU time'}, limit ${figure(ciBar)}`;
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  return {
    title: 'Verdicts',
    columns: ['what', 'measured', 'rounds', 'bar', 'verdict', 'remark'],
    rows: verdicts.map((verdict) => {
      const { what, samples, unit, sense, bar, ciValue, remark } = verdict;
      const remarks = [remark, ciValue === undefined ? undefined : `by CPU time ${figure(ciValue)}`];
      return [
        what,
        `${withInterval(samples)} ${unit}`,
        `${samples.length}`,
        `${sense === 'at least' ? '≥' : '≤'} ${figure(bar)} ${unit}`,
        outcomeText(verdict),
        remarks.filter((text) => text !== undefined).join('; '),
      ];
    }),
  };
}

function outcomeText(verdict: Verdict): string {
  const found = outcome(verdict);
  if (found !== 'missed') return found;
  return `missed by ${figure((Math.abs(median(verdict.samples) - verdict.bar) / verdict.bar) * 100)} %`;
}

function isMet(value: number, bar: number, sense: Verdict['sense']): boolean {
  return sense === 'at least' ? value >= bar : value <= bar;
}
