import { BROKEN_OFF, tokensOf, type Token } from './tokens.ts';

/** What is wrong at a place of the text. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' };
const OPENING: Readonly<Record<string, string>> = { ']': '[', '}': '{' };

/**
 * The first bracket, brace or quote that has no other end. The parser finds this where the text goes on, lines below
 * or behind the end, and takes it for a matter of indentation.
 */
export function oddBracket(text: string): Fault | undefined {
  const open: Token[] = [];
  for (const token of tokensOf(text)) {
    const { source, isPlain, offset } = token;
    if (isPlain) continue;
    const last = open.at(-1);
    if (CLOSING[source] !== undefined) open.push(token);
    else if (source === BROKEN_OFF) {
      if (last !== undefined) return unclosed(last);
    } else if (OPENING[source] !== undefined) {
      if (last === undefined) return { offset, message: `the ${source} has no ${OPENING[source]} before it` };
      if (last.source !== OPENING[source]) return unclosed(last);
      open.pop();
    } else if (isOpenQuote(source))
      return { offset, message: `the quote ${source.charAt(0)} that begins here has no end` };
  }
  const last = open.at(-1);
  return last === undefined ? undefined : unclosed(last);
}

function unclosed({ offset, source }: Token): Fault {
  return {
    offset,
    message: `the ${source} has no ${CLOSING[source]} that closes it, or what is between them is not indented enough`,
  };
}

function isOpenQuote(source: string): boolean {
  const quote = source.charAt(0);
  return (quote === '"' || quote === "'") && (source.length === 1 || !source.endsWith(quote));
}
