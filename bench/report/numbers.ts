import { spread } from '../statistics.ts';

/** 19,100 or 1.25: digits for people, as many as mean something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '—';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** `6.82 (6.6 to 7.1)`: the median and between what the rounds were, when there were several. */
export function withSpread(values: readonly number[]): string {
  if (values.length === 0) return '—';
  const middle = figure(spread(values).median);
  return values.length === 1 ? middle : `${middle} (${range(values)})`;
}

export function range(values: readonly number[]): string {
  const { least, most } = spread(values);
  return `${figure(least)} to ${figure(most)}`;
}

/** Millions of bytes, as operators of networks count. */
export function bytesText(bytes: number): string {
  if (!Number.isFinite(bytes)) return '—';
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${figure(bytes / 1000)} KB` : `${figure(bytes / 1e6)} MB`;
}

/** Memory in MB of 2^20 bytes, which is what `ps` and Kubernetes' `Mi` mean. */
export function memoryMb(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
