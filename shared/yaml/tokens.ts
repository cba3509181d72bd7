import { Lexer } from 'yaml';

/** A piece of a text as YAML's lexer cuts it. `isPlain`: a scalar without quotes, which may look like anything. */
export interface Token {
  readonly offset: number;
  readonly source: string;
  readonly isPlain: boolean;
}

/** What the lexer says of the text, in between: a document, a plain scalar, a flow collection that is broken off. */
const PLAIN = '\u001f';
export const BROKEN_OFF = '\u0018';
const MARKS: readonly string[] = ['\u0002', PLAIN, BROKEN_OFF];

/** The tokens in their order; the text is that of a file that the parser has refused. */
export function* tokensOf(text: string): Generator<Token> {
  let offset = 0;
  let isPlain = false;
  for (const source of new Lexer().lex(text)) {
    const isMark: boolean = !isPlain && MARKS.includes(source);
    if (!isMark || source === BROKEN_OFF) yield { offset, source, isPlain };
    if (!isMark) offset += source.length;
    isPlain = isMark && source === PLAIN;
  }
}
