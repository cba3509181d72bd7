import type { Fact, ReportedSection } from '../report/document.ts';
import { tableText } from '../report/table.ts';
import type { Table } from '../section.ts';

const BEGIN = '<!-- measured:begin, written by bench/scenario/write-scaling.ts -->';
const END = '<!-- measured:end -->';

export interface Results {
  /** ISO 8601. */
  readonly measuredAt: string;
  readonly machine: readonly Fact[];
  readonly sections: readonly ReportedSection[];
}

/** The sections whose tables the arithmetic of the document rests on, in the order they are shown. */
const SHOWN = ['pollers', 'memory', 'herd'] as const;

/** The document with its measured part made anew; everything else in it is written by people and stays. */
export function withMeasured(document: string, results: Results): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the document has no part between ${BEGIN} and ${END}`);
  return `${document.slice(0, begin)}${BEGIN}\n\n${measuredPart(results)}\n\n${document.slice(end)}`;
}

function measuredPart({ measuredAt, machine, sections }: Results): string {
  const chosen = SHOWN.map((name) => {
    const section = sections.find((section) => section.name === name);
    if (section === undefined) throw new Error(`the results have no section ${name}`);
    return section;
  });
  const facts = machine.map(({ name, value }) => `${name} ${value}`).join('; ');
  return [
    // Lines are as long as they are.
    '<!-- prettier-ignore-start -->',
    `Measured on ${measuredAt.slice(0, 10)} by \`npm run bench\`: ${facts}.`,
    ...chosen.flatMap(({ result }) => result.tables.flatMap(tableParts)),
    '<!-- prettier-ignore-end -->',
  ].join('\n\n');
}

function tableParts(table: Table): readonly string[] {
  return [`### ${table.title}`, tableText(table)];
}
