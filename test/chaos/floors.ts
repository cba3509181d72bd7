/** What went on in a run. */
export interface Activity {
  readonly minutes: number;
  readonly faults: { readonly planned: number; readonly injected: number };
  /** Changes that their source confirmed. */
  readonly changes: Readonly<Record<'legacy' | 'kubernetes', number>>;
  /** Answers of each replica. */
  readonly answers: readonly Readonly<Record<'full' | 'delta' | 'application' | 'vip', number>>[];
  /** Writes through us while nothing disturbed them. */
  readonly calmWrites: { readonly sent: number; readonly done: number };
  readonly clients: readonly {
    readonly name: string;
    readonly answered: number;
    readonly untold: number;
    readonly lastError: string;
  }[];
}

/**
 * A minute, at least. A tenth or less of what two busy cores do: a slow machine must not fail, and a run in which nothing
 * happened must not pass.
 */
export const FLOORS = {
  changes: { legacy: 4, kubernetes: 1 },
  answers: { full: 10, delta: 10, application: 2, vip: 2 },
  calls: 15,
} as const;

/** In a whole run: there is calm at its end, however short it is. */
const CALM_WRITES = 10;

/** What there was too little of, so that a run without a violation says nothing. */
export function shortfalls({ minutes, faults, changes, answers, calmWrites, clients }: Activity): readonly string[] {
  const found: string[] = [];
  const atLeast = (what: string, is: number, floor: number): void => {
    if (!(is >= floor)) found.push(`${is} ${what}, at least ${Math.ceil(floor)} are expected`);
  };
  atLeast('faults injected', faults.injected, Math.max(1, faults.planned / 3));
  for (const source of ['legacy', 'kubernetes'] as const)
    atLeast(`changes of the source ${source}`, changes[source], FLOORS.changes[source] * minutes);
  for (const [i, each] of answers.entries())
    for (const question of ['full', 'delta', 'application', 'vip'] as const)
      atLeast(`answers (${question}) of replica-${i}`, each[question], FLOORS.answers[question] * minutes);
  atLeast('writes in calm times', calmWrites.sent, CALM_WRITES);
  atLeast('of them done', calmWrites.done, calmWrites.sent / 2);
  if (clients.length === 0) found.push('no clients that call');
  for (const { name, answered, untold, lastError } of clients) {
    atLeast(`calls of the ${name} client that a backend answered`, answered, FLOORS.calls * minutes);
    if (untold > 1) found.push(`${untold} calls that the ${name} client never told the end of: ${lastError}`);
  }
  return found;
}
