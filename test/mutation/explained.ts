import type { Mutant } from './instrument.ts';

/** Why no test can notice a mutant: it does what the source does. Found again by its texts, not by its place. */
export interface Explanation {
  readonly file: string;
  /** The line of the source in which it begins. */
  readonly line: string;
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

const MAX_TEXT = 100;

/** A piece of source on one line, and not too long. */
export function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}

/** A mutant, and the line of the source in which it begins. */
export interface Placed {
  readonly mutant: Mutant;
  readonly line: string;
}

export function explains(explanation: Explanation, { mutant, line }: Placed): boolean {
  return (
    explanation.file === mutant.file &&
    explanation.line === line &&
    explanation.original === brief(mutant.original) &&
    explanation.replacement === brief(mutant.replacement)
  );
}

/** Those that explain nothing: their mutant is killed by now, or its source is another. */
export function idle(explanations: readonly Explanation[], survivors: readonly Placed[]): readonly Explanation[] {
  return explanations.filter((each) => !survivors.some((survivor) => explains(each, survivor)));
}
