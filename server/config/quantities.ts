const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** As regular expressions in text form, because the JSON schema carries the same ones. */
const DURATION_PATTERN = String.raw`^\d+(\.\d+)?(ms|s|m|h|d)$`;
/** Exact in `ms` and `s`; in the longer units only zero is too short. */
const LONG_UNITS = String.raw`(0*[1-9]\d*(\.\d+)?|0+\.0*[1-9]\d*)(m|h|d)`;
const MINIMUM_PATTERNS: ReadonlyMap<number, string> = new Map([
  [100, String.raw`^(0*[1-9]\d{2,}(\.\d+)?ms|(0*[1-9]\d*(\.\d+)?|0+\.[1-9]\d*)s|${LONG_UNITS})$`],
  [1000, String.raw`^(0*[1-9]\d{3,}(\.\d+)?ms|0*[1-9]\d*(\.\d+)?s|${LONG_UNITS})$`],
]);
export const PERCENT_PATTERN = String.raw`^(100(\.0+)?|\d{1,2}(\.\d+)?)%$`;

/** The pattern of a duration of at least `minimumMs`; without a pattern for that minimum, of any duration. */
export function durationPattern(minimumMs: number): string {
  return MINIMUM_PATTERNS.get(minimumMs) ?? DURATION_PATTERN;
}

/** `250ms`, `5s`, `10m`, `1h`, `2d` in milliseconds, rounded to whole ones. */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined;
  const number = Number.parseFloat(text);
  const unit = UNIT_MS.get(text.replace(/^[\d.]+/, ''));
  return unit === undefined ? undefined : Math.round(number * unit);
}

/** `30%` → 30. */
export function parsePercent(text: string): number | undefined {
  return new RegExp(PERCENT_PATTERN).test(text) ? Number.parseFloat(text) : undefined;
}
