/** One line of the result of `check`. A note does not make the check fail. */
export interface Finding {
  readonly verdict: 'good' | 'bad' | 'note';
  /** What was checked: `cluster main`. */
  readonly subject: string;
  readonly text: string;
}

const SIGNS = { good: '✓', bad: '✗', note: '!' } as const;

export function findingText({ verdict, subject, text }: Finding): string {
  return `${SIGNS[verdict]} ${subject}: ${text}`;
}
