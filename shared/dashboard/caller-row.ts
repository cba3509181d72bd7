import type { CallerReport } from '../api/census.ts';

/** Names in one row: a caller may look a hundred up. */
const MAX_NAMES = 5;

/** One caller as a page shows it: the names that it uses most. */
export interface CallerRow extends CallerReport {
  /** Names that are left out. */
  readonly more: { readonly lookups: number; readonly registers: number };
}

export function callerRow(caller: CallerReport): CallerRow {
  const { lookups, registers } = caller;
  return {
    ...caller,
    lookups: lookups.toSorted((a, b) => b.count - a.count).slice(0, MAX_NAMES),
    registers: registers.toSorted((a, b) => b.register + b.renew - a.register - a.renew).slice(0, MAX_NAMES),
    more: {
      lookups: Math.max(0, lookups.length - MAX_NAMES),
      registers: Math.max(0, registers.length - MAX_NAMES),
    },
  };
}
