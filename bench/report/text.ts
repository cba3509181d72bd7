import type { Table } from '../section.ts';
import { median, medianInterval } from '../statistics.ts';

/** 19,100 or 1.25: digits for people, as many as mean something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '—';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** `6.82 (6.6 to 7.1)`: the median of the rounds, and between what it lies, when there were several. */
export function withInterval(values: readonly number[]): string {
  if (values.length === 0) return '—';
  if (values.length === 1) return figure(median(values));
  const { least, most } = medianInterval(values);
  return `${figure(median(values))} (${figure(least)} to ${figure(most)})`;
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

export function ms(value: number): string {
  return `${figure(value)} ms`;
}

/** As Markdown that is also readable as it stands: the columns are aligned. */
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
