import { readFileSync } from 'node:fs';
import { Instrumenter } from '@stryker-mutator/instrumenter';

/** One small change of a source, which some test should notice. Lines and columns count from 1. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
}

export interface Instrumented {
  readonly mutants: readonly Mutant[];
  /** By file: all mutants of the file are in it, and a global switch says which one is active. */
  readonly sources: Readonly<Record<string, string>>;
}

const NOTHING = (): void => undefined;
const SILENT = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: NOTHING,
  debug: NOTHING,
  info: NOTHING,
  warn: NOTHING,
  error: NOTHING,
  fatal: NOTHING,
};

/** Paths are relative to `root`. The ids are valid for this call only. */
export async function instrument(root: string, files: readonly string[]): Promise<Instrumented> {
  const contents = files.map((name) => ({ name, mutate: true, content: readFileSync(`${root}/${name}`, 'utf8') }));
  const made = await new Instrumenter(SILENT).instrument(contents, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
    noHeader: true,
  });
  const texts = new Map(contents.map(({ name, content }) => [name, content]));
  const mutants = made.mutants.map(({ id, fileName, location, mutatorName, replacement }): Mutant => {
    const { start, end } = location;
    const original = between(texts.get(fileName) ?? '', start, end);
    return {
      id: Number(id),
      file: fileName,
      line: start.line + 1,
      column: start.column + 1,
      mutator: mutatorName,
      original,
      replacement,
    };
  });
  const sources = Object.fromEntries(made.files.map(({ name, content }) => [name, withSwitch(content)]));
  return { mutants, sources };
}

const CALL = /\b(stryCov|stryMutAct)_9fa48\(("\d+"(?:, "\d+")*)\)/g;

/** The instrumented code asks our switch (switch.ts), with numbers: its own counts in objects, ten times slower. */
function withSwitch(code: string): string {
  const calls = code.replace(CALL, (_call, name: string, ids: string) => `${name}_9fa48(${ids.replaceAll('"', '')})`);
  return `const { stryCov_9fa48, stryMutAct_9fa48 } = globalThis.mutationSwitch;\n${calls}`;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function between(text: string, start: Place, end: Place): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  if (lines[last] !== undefined) lines[last] = lines[last].slice(0, end.column);
  if (lines[0] !== undefined) lines[0] = lines[0].slice(start.column);
  return lines.join('\n');
}
