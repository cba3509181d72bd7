import type { Table, Verdict } from '../section.ts';
import { figure } from './numbers.ts';

export function isMet({ value, bar, sense }: Pick<Verdict, 'value' | 'bar' | 'sense'>): boolean {
  return sense === 'at least' ? value >= bar : value <= bar;
}

/** What fails a run: only what is further off than a busy machine explains. */
export function isBroken(verdict: Verdict): boolean {
  return verdict.ciBar !== undefined && !isMet({ ...verdict, bar: verdict.ciBar });
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
  const by = `missed by ${figure((Math.abs(value - bar) / bar) * 100)} %`;
  return isBroken(verdict) ? `${by}, and the limit for CI (${figure(verdict.ciBar ?? 0)}) too` : by;
}

function quantity(value: number, unit: string): string {
  return `${figure(value)} ${unit}`.trim();
}
