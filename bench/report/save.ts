import { renameSync, writeFileSync } from 'node:fs';
import type { Wish } from '../arguments.ts';
import { reportDocument, type Fact, type ReportedSection } from './document.ts';
import { subjectFacts } from './facts.ts';

/** All at once at the end: whoever reads the file sees a whole report, this one or the one before. */
export function saveReport(wish: Wish, machine: readonly Fact[], sections: readonly ReportedSection[]): void {
  if (wish.report === undefined) return;
  const document = reportDocument({
    date: new Date().toISOString().slice(0, 10),
    command: `npm run bench -- --rounds ${wish.rounds} --report ${wish.report}`,
    rounds: wish.rounds,
    machine,
    subjects: subjectFacts(),
    sections,
  });
  replaceFile(wish.report, document);
}

export function saveJson(
  file: string,
  results: { readonly machine: readonly Fact[]; readonly sections: readonly ReportedSection[] },
): void {
  replaceFile(file, `${JSON.stringify({ measuredAt: new Date().toISOString(), ...results }, undefined, 2)}\n`);
}

function replaceFile(file: string, text: string): void {
  const partial = `${file}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}
