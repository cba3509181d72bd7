import { DURATION_PATTERN } from '../../shared/text/duration.ts';

/** Exact in `ms` and `s`; in the longer units only zero is too short. */
const LONG_UNITS = String.raw`(0*[1-9]\d*(\.\d+)?|0+\.0*[1-9]\d*)(m|h|d)`;
const MINIMUM_PATTERNS: ReadonlyMap<number, string> = new Map([
  [100, String.raw`^(0*[1-9]\d{2,}(\.\d+)?ms|(0*[1-9]\d*(\.\d+)?|0+\.[1-9]\d*)s|${LONG_UNITS})$`],
  [1000, String.raw`^(0*[1-9]\d{3,}(\.\d+)?ms|0*[1-9]\d*(\.\d+)?s|${LONG_UNITS})$`],
]);
/** As text, because the JSON schema contains it. */
export const PERCENT_PATTERN = String.raw`^(100(\.0+)?|\d{1,2}(\.\d+)?)%$`;

/** The pattern of a duration of at least `minimumMs`; without a pattern for that minimum, of any duration. */
export function durationPattern(minimumMs: number): string {
  return MINIMUM_PATTERNS.get(minimumMs) ?? DURATION_PATTERN;
}

/** `30%` → 30. */
export function parsePercent(text: string): number | undefined {
  return new RegExp(PERCENT_PATTERN).test(text) ? Number.parseFloat(text) : undefined;
}
