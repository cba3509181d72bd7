/** A judged answer of a replica. Times in milliseconds since the start of the run. */
export interface Observation {
  readonly replica: number;
  /** Counts the starts of the replica's process. */
  readonly incarnation: number;
  readonly question: 'full' | 'delta' | 'application' | 'vip';
  /** The application that was asked for. */
  readonly app?: string;
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly facts: ReadonlyMap<string, string>;
}

/** A new process of a replica. */
export interface Restart {
  readonly replica: number;
  /** What was served before this time is in its registry file; `undefined`: it has none. */
  readonly remembers: number | undefined;
  readonly at: number;
}

export const VIOLATIONS = [
  'never true',
  'not true any more',
  'went back',
  'lacks an entry',
  'not asked for',
  'hash code',
  'delta and full differ',
  'status',
  'no answer',
  'malformed',
  'write',
  'call to a wrong backend',
  'call to a dead address',
  'nobody to call',
  'log',
  'memory',
  'exit',
  'not right again',
  'too little',
] as const;

export type ViolationKind = (typeof VIOLATIONS)[number];

export interface Violation {
  readonly kind: ViolationKind;
  readonly at: number;
  readonly where: string;
  readonly what: string;
  /** The faults of the time. */
  readonly during: string;
}
