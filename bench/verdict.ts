import { figure, withInterval } from './report/text.ts';
import type { Table } from './section.ts';
import { median, medianInterval } from './statistics.ts';

/** A bar that the project has set, and what a run has measured. */
export interface Verdict {
  readonly what: string;
  /** One value of each round, or a single one. Their median is compared with the bar. */
  readonly samples: readonly number[];
  readonly unit: '×' | 'ms' | 's' | 'MB' | '%';
  readonly bar: number;
  readonly sense: 'at least' | 'at most';
  /**
   * The wider limit that fails a run: a noisy machine alone does not exceed it. Only ratios have one: absolute times
   * and bytes depend on the machine, so they are reported and never fail.
   */
  readonly ciBar?: number;
  /**
   * Compared with `ciBar` instead of the median: the same in CPU time, which other work on the machine disturbs less.
   */
  readonly ciValue?: number;
  readonly remark?: string;
}

/** `undecided`: the measurements were too noisy to decide on which side of the bar the value is. */
export type Outcome = 'met' | 'missed' | 'undecided';

/** Judges by the interval of the median (`medianInterval`): with the bar inside the interval it is undecided. */
export function outcome({ samples, bar, sense }: Verdict): Outcome {
  const { least, most } = medianInterval(samples);
  const met = [least, most].map((value) => isMet(value, bar, sense));
  if (met.every((each) => each)) return 'met';
  return met.some((each) => each) ? 'undecided' : 'missed';
}

/** Whether a verdict fails the run: only when it is further off than a busy machine explains. */
export function isBroken({ samples, sense, ciBar, ciValue = median(samples) }: Verdict): boolean {
  return ciBar !== undefined && !isMet(ciValue, ciBar, sense);
}

/** The message for a verdict that fails the run. */
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
