const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];
const UNIT_MS: ReadonlyMap<string, number> = new Map(UNITS);

/** As text, because the JSON schema of the configuration contains it. */
export const DURATION_PATTERN = String.raw`^\d+(\.\d+)?(ms|s|m|h|d)$`;
const DURATION = new RegExp(DURATION_PATTERN);

/** Parses `250ms`, `5s`, `10m`, `1h` or `2d` into milliseconds, rounded to whole ones. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const number = Number.parseFloat(text);
  const unit = UNIT_MS.get(text.replace(/^[\d.]+/, ''));
  return unit === undefined ? undefined : Math.round(number * unit);
}

/** Whole milliseconds as `parseDuration` reads them, in the largest unit that needs no fraction. */
export function describeDuration(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}
