/**
 * `single`: one entry. `ready`: one entry per ready endpoint. `share`: a share of the calls, in percent from 0 to 100.
 */
export type FixedTraffic =
  { readonly kind: 'single' } | { readonly kind: 'ready' } | { readonly kind: 'share'; readonly percent: number };

/** A share that changes with time. Before the start it is 0. */
export interface Schedule {
  readonly kind: 'schedule';
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly steps: readonly ScheduleStep[];
}

export interface ScheduleStep {
  /** From 0 to 100. */
  readonly percent: number;
  /** Milliseconds. Ignored for the last step, which has no end. */
  readonly lasts: number;
}

export type Traffic = FixedTraffic | Schedule;

/** As text, because the JSON schema of the configuration contains it. */
export const FIXED_TRAFFIC_PATTERN = String.raw`^(single|ready|(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)%)$`;
/** The same in words. */
export const FIXED_TRAFFIC_ALLOWED = '"single", "ready" or a share from "0%" to "100%"';

const FIXED_TRAFFIC = new RegExp(FIXED_TRAFFIC_PATTERN);

/** Returns `undefined` for a text that is not allowed. */
export function parseFixedTraffic(text: string): FixedTraffic | undefined {
  if (!FIXED_TRAFFIC.test(text)) return undefined;
  return text === 'single' || text === 'ready' ? { kind: text } : { kind: 'share', percent: Number.parseFloat(text) };
}

/** The setting as an annotation writes it: `ready`, `25%`. */
export function describeFixedTraffic(traffic: FixedTraffic): string {
  return traffic.kind === 'share' ? `${traffic.percent}%` : traffic.kind;
}
