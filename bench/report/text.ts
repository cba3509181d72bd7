import type { Table } from '../section.ts';
import { median, medianInterval } from '../statistics.ts';

/** `19,100` or `1.25`: a number for people, with three significant digits below 1,000. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '—';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** `6.82 (6.6 to 7.1)`: the median of the rounds and, of several rounds, the interval in which it lies. */
export function withInterval(values: readonly number[]): string {
  if (values.length === 0) return '—';
  if (values.length === 1) return figure(median(values));
  const { least, most } = medianInterval(values);
  return `${figure(median(values))} (${figure(least)} to ${figure(most)})`;
}

/** Bytes in decimal units: KB and MB of 10^3 and 10^6. */
export function bytesText(bytes: number): string {
  if (!Number.isFinite(bytes)) return '—';
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${figure(bytes / 1000)} KB` : `${figure(bytes / 1e6)} MB`;
}

/** Memory in MB of 2^20 bytes, which is what `ps` and Kubernetes' `Mi` mean. */
export function memoryMb(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

export function ms(value: number): string {
  return `${figure(value)} ms`;
}

/** A table as Markdown, with aligned columns, so that it is readable as plain text too. */
export function tableText({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  const cells = [columns, ...rows].map((row) => row.map(escaped));
  const widths = columns.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
