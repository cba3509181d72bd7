/** One line of what `check` found out. A note is worth knowing but does not make the check fail. */
export interface Finding {
  readonly verdict: 'good' | 'bad' | 'note';
  /** What was looked at: `cluster main`. */
  readonly subject: string;
  readonly text: string;
}

const SIGNS = { good: '✓', bad: '✗', note: '!' } as const;

export function findingText({ verdict, subject, text }: Finding): string {
  return `${SIGNS[verdict]} ${subject}: ${text}`;
}
