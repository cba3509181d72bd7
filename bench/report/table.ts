import type { Table } from '../section.ts';

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
