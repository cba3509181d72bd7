import type { Table, Verdict } from '../section.ts';
import { figure } from './numbers.ts';

export function isMet({ value, bar, sense }: Pick<Verdict, 'value' | 'bar' | 'sense'>): boolean {
  return sense === 'at least' ? value >= bar : value <= bar;
}

/** What fails a run: only what is further off than a busy machine explains. */
export function isBroken(verdict: Verdict): boolean {
  const { sense, ciBar, ciValue = verdict.value } = verdict;
  return ciBar !== undefined && !isMet({ value: ciValue, bar: ciBar, sense });
}

/** What a run says at its end of a verdict that fails it. */
export function brokenText({ what, value, ciValue = value, ciBar }: Verdict): string {
  return `${what}: ${figure(ciValue)}${ciValue === value ? '' : ' in CPU time'}, limit ${figure(ciBar ?? Number.NaN)}`;
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  return {
    title: 'Verdicts',
    columns: ['what', 'measured', 'spread', 'bar', 'verdict'],
    rows: verdicts.map((verdict) => [
      verdict.what,
      quantity(verdict.value, verdict.unit),
      verdict.spread ?? '',
      `${verdict.sense === 'at least' ? '≥' : '≤'} ${quantity(verdict.bar, verdict.unit)}`,
      outcome(verdict),
    ]),
  };
}

function outcome(verdict: Verdict): string {
  if (isMet(verdict)) return 'met';
  const { value, bar } = verdict;
  return `missed by ${figure((Math.abs(value - bar) / bar) * 100)} %`;
}

function quantity(value: number, unit: string): string {
  return `${figure(value)} ${unit}`.trim();
}
