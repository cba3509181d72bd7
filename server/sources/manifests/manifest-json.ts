import { errorText } from '../../../shared/error-text.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Document, ManifestError } from './manifest-document.ts';

/**
 * Reads one document or several in a row, such as the output of `kubectl get -o json` called several times, of `jq`
 * with one document a line, or with a record separator before each. Numbers are read as in YAML: a number that would be
 * written differently (`1.10`, `1e3`) stays the text of the file.
 */
export function readJson(text: string): Result<readonly Document[], ManifestError> {
  const documents: Document[] = [];
  let line = 1;
  let counted = 0;
  for (const { start, end } of valuesIn(text)) {
    line += lineEnds(text, counted, start);
    counted = start;
    try {
      documents.push({ line, data: JSON.parse(text.slice(start, end), literal) });
    } catch (error) {
      return err(faultOf(error, line));
    }
  }
  return ok(documents);
}

function literal(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds the values by brackets and quotes only; the parser reports what is wrong within a value. */
function* valuesIn(text: string): Generator<Span, void, void> {
  let start = pastGap(text, 0);
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === '\\') at++;
    else if (!quoted && (char === '{' || char === '[')) depth++;
    else if (!quoted && (char === '}' || char === ']') && --depth <= 0) {
      yield { start, end: at + 1 };
      start = pastGap(text, at + 1);
      at = start - 1;
      depth = 0;
    }
  }
  if (start < text.length) yield { start, end: text.length };
}

/** The position after blanks, record separators (RFC 7464) and YAML separators. */
function pastGap(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && (text[at] === '\u001e' || text[at]?.trim() === '')) at++;
    if (!text.startsWith('---', at)) return at;
    at += 3;
  }
}

function lineEnds(text: string, from: number, to: number): number {
  let ends = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) ends++;
  return ends;
}

/** The parser counts lines from the beginning of its document, if it reports a line at all. */
function faultOf(error: unknown, line: number): ManifestError {
  const message = errorText(error);
  const within = /\(line (\d+)/.exec(message)?.[1];
  return {
    line: line + Number(within ?? 1) - 1,
    message: message.replace(/ at position \d+ \(line \d+ column \d+\)$/, ''),
  };
}
