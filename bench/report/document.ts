import { renameSync, writeFileSync } from 'node:fs';
import type { SectionResult } from '../section.ts';
import { verdictTable } from '../verdict.ts';
import { tableText } from './text.ts';

const METHOD = `Each server is a process of its own on one core; the load generator (wrk) has another core. All servers of a table are
started, get the same registrations, and are warmed up. They are measured in turn, round after round: each round begins
with another server, and every other one goes backwards. Turns are short and many, because the speed of the machine changes
from one second to the next. A turn begins when the servers have finished the work of the turn before. Every answer is
checked before it is measured (status, format, number of instances), and any failed request fails the run. Latencies are
those that wrk reports at full load, with all connections always waiting. CPU time and memory are those of the process in
\`/proc\`.

Figures are medians of the rounds; ratios are medians of the ratios within each round. In parentheses is the confidence
interval of the median (90 %, for any distribution; of fewer than five rounds it is from the least to the greatest). A bar is
met or missed when the whole interval is on one side of it. Otherwise there are further rounds, up to three times as many,
and when these do not decide it the verdict is *undecided*.`;

/** All the content of a report: the same input gives the same document. */
export interface ReportInput {
  /** `2026-11-21`. */
  readonly date: string;
  /** The command of the run. */
  readonly command: string;
  readonly machine: readonly Fact[];
  readonly subjects: readonly Fact[];
  readonly sections: readonly ReportedSection[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface ReportedSection {
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
    METHOD,
    ...(verdicts.length === 0 ? [] : ['## Verdicts', tableText(verdictTable(verdicts))]),
    ...input.sections.flatMap(sectionParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The part of one section, which the terminal shows too. */
export function sectionParts({ title, about, result }: ReportedSection): readonly string[] {
  const { tables, notes = [] } = result;
  return [
    `## ${title}`,
    about,
    ...tables.flatMap((table) => [`### ${table.title}`, tableText(table)]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ];
}

/** Replaces the file at once: a reader sees a whole report, this one or the one before. */
export function saveReport(file: string, input: ReportInput): void {
  const partial = `${file}.partial`;
  writeFileSync(partial, reportDocument(input));
  renameSync(partial, file);
}

function facts(all: readonly Fact[]): string {
  return all.map(({ name, value }) => `- **${name}**: ${value}`).join('\n');
}
