import { LineCounter } from 'yaml';
import { oddBracket } from './brackets.ts';
import { BROKEN_OFF, tokensOf } from './tokens.ts';
import { duplicateKeyText, yamlErrorText } from './words.ts';

/** What is wrong with a text, and in which line (from 1). */
export interface YamlProblem {
  readonly line: number;
  readonly message: string;
}

/** An error or a warning of the parser. */
interface ParserError {
  readonly code: string;
  readonly pos: readonly [number, number];
}

/** A key as a message may name it; `undefined`: it could be a secret. */
export type ShownKey = (key: string) => string | undefined;

/**
 * What a parser's errors mean for people. Behind a bracket that is not closed the parser understands nothing any more:
 * its errors from there on are left out.
 */
export function yamlProblems(text: string, errors: readonly ParserError[], shownKey: ShownKey): readonly YamlProblem[] {
  if (errors.length === 0) return [];
  const odd = oddBracket(text);
  const before = odd === undefined ? errors : errors.filter(({ pos }) => pos[0] < odd.offset);
  const lineAt = lineOfOffset(text);
  const keyAt = before.some(({ code }) => code === DUPLICATE_KEY) ? keyOfOffset(text) : () => '';
  const problems = before.map(({ code, pos: [offset] }) => ({
    line: lineAt(offset),
    message: code === DUPLICATE_KEY ? duplicateKeyText(shownKey(keyAt(offset))) : yamlErrorText(code),
  }));
  return odd === undefined ? problems : [...problems, { line: lineAt(odd.offset), message: odd.message }];
}

const DUPLICATE_KEY = 'DUPLICATE_KEY';

function lineOfOffset(text: string): (offset: number) => number {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
  // The parser finds some errors only behind the last line.
  const end = text.trimEnd().length;
  return (offset) => lines.linePos(Math.min(offset, end)).line;
}

function keyOfOffset(text: string): (offset: number) => string {
  const keys = new Map<number, string>();
  for (const { offset, source } of tokensOf(text)) if (source !== BROKEN_OFF) keys.set(offset, source);
  return (offset) => (keys.get(offset) ?? '').replace(/^(["'])(.*)\1$/s, '$2');
}
