import { indent, printable, table } from '../text/printable.ts';
import type { ShadowReport } from './report.ts';
import { sectionsOf, type Section } from './sections.ts';

export const SHADOW_FORMATS = ['text', 'json', 'markdown'] as const;
export type ShadowFormat = (typeof SHADOW_FORMATS)[number];

export function renderShadow(report: ShadowReport, format: ShadowFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report)}\n`;
    case 'text':
      return `${sectionsOf(report).map(asText).join('\n\n')}\n`;
    case 'markdown':
      return `# Shadow report\n\n${sectionsOf(report).map(asMarkdown).join('\n\n')}\n`;
  }
}

function asText({ title, lines, table: rows }: Section): string {
  const told = lines.map((line) => indent(printable(line)));
  const [head, ...others] = rows ?? [];
  return [`${title}:`, ...(head === undefined ? [] : [indent(table(head, others))]), ...told].join('\n');
}

function asMarkdown({ title, lines, table: rows }: Section): string {
  const [head, ...others] = rows ?? [];
  const told = lines.map((line) => `- ${cell(line)}`).join('\n');
  const shown = head === undefined ? '' : [line(head), line(head.map(() => '---')), ...others.map(line)].join('\n');
  return [`## ${title}`, shown, told].filter((part) => part !== '').join('\n\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((each) => cell(each.trim())).join(' | ')} |`;
}

/** What servers say can be neither markup nor the end of a cell. */
function cell(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>|#~]/g, String.raw`\$&`);
}
