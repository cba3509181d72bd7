import type { SectionResult } from '../section.ts';
import { tableText } from './table.ts';
import { verdictTable } from './verdicts.ts';

/** Everything the report says; nothing else goes in, so the same input is the same document. */
export interface ReportInput {
  /** `2026-11-21`. */
  readonly date: string;
  /** What it was run with. */
  readonly command: string;
  readonly rounds: number;
  readonly machine: readonly Fact[];
  readonly subjects: readonly Fact[];
  readonly sections: readonly ReportedSection[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface ReportedSection {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly result: SectionResult;
}

export function reportDocument(input: ReportInput): string {
  const verdicts = input.sections.flatMap(({ result }) => result.verdicts);
  const parts = [
    '# Benchmarks',
    '<!-- Written by `npm run bench`; do not edit. -->',
    `Measured on ${input.date} by this command, which measures everything anew:`,
    `\`\`\`sh\n${input.command}\n\`\`\``,
    '## Machine',
    facts(input.machine),
    '## What is compared',
    facts(input.subjects),
    '## Method',
    method(input.rounds),
    ...(verdicts.length === 0 ? [] : ['## Verdicts', tableText(verdictTable(verdicts))]),
    ...input.sections.flatMap(sectionParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The part of one section, which is also what the terminal shows. */
export function sectionParts({ title, about, result }: ReportedSection): readonly string[] {
  const { tables, notes = [] } = result;
  return [
    `## ${title}`,
    about,
    ...tables.flatMap((table) => [`### ${table.title}`, tableText(table)]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ];
}

function facts(all: readonly Fact[]): string {
  return all.map(({ name, value }) => `- **${name}**: ${value}`).join('\n');
}

function method(rounds: number): string {
  return [
    'Each server is a process of its own on one core; the load generator (wrk) has another core. All servers of a table are',
    `started, given the same registrations and measured in turn, in ${rounds} counted rounds after a warm-up, each round`,
    'beginning with another server and every other one going backwards. Most take their part of a round in several turns,',
    'alternately with the others: the machine is not the same from one second to the next. A turn begins when the core of the',
    'servers has nothing left to do from the turn before. Figures are medians of the rounds, in parentheses the least and the',
    'most; ratios are medians of the ratios within each round, which is the median over its turns where both took the same',
    'number of them. Every answer is checked before it is measured (status, format, number of instances), and any failed',
    'request fails the run. Latencies are those that wrk reports at full load, that is with',
    'all connections always waiting. CPU time and memory are those of the process in `/proc`.',
  ].join('\n');
}
