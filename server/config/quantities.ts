const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** As regular expressions in text form, because the JSON schema carries the same ones. */
export const DURATION_PATTERN = String.raw`^\d+(\.\d+)?(ms|s|m|h|d)$`;
export const PERCENT_PATTERN = String.raw`^(100(\.0+)?|\d{1,2}(\.\d+)?)%$`;

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
