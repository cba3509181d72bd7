import { age, indent, printable, time } from '../text/printable.ts';

/** What is known of the registry file (`snapshot.file`). Times in epoch milliseconds. */
export interface RegistryFileFacts {
  readonly file: string;
  /** The current problem with the file; `undefined` without one. */
  readonly problem: string | undefined;
  readonly lastWrite: { readonly at: number; readonly bytes: number } | undefined;
  readonly start: StartFacts;
}

/** What the start found. */
export type StartFacts =
  | { readonly kind: 'no-file' }
  | { readonly kind: 'unusable'; readonly reason: string }
  | {
      readonly kind: 'read';
      readonly writtenAt: number;
      /** Sources. */
      readonly restored: readonly string[];
      readonly dropped: readonly { readonly source: string; readonly reason: string }[];
    };

/** In `GET /eurek8s/sources` and `GET /`. */
export interface RegistryFileReport {
  readonly file: string;
  readonly problem: string | undefined;
  /** ISO time. */
  readonly lastWrite: string | undefined;
  /** Milliseconds since then. */
  readonly ageMs: number | undefined;
  readonly bytes: number | undefined;
  readonly start: {
    readonly found: StartFacts['kind'];
    readonly reason: string | undefined;
    readonly writtenAt: string | undefined;
    readonly restored: readonly string[];
    readonly dropped: readonly { readonly source: string; readonly reason: string }[];
  };
}

export function reportRegistryFile(facts: RegistryFileFacts, now: number): RegistryFileReport {
  const { file, problem, lastWrite, start } = facts;
  return {
    file,
    problem,
    lastWrite: lastWrite && time(lastWrite.at),
    ageMs: lastWrite && now - lastWrite.at,
    bytes: lastWrite?.bytes,
    start: {
      found: start.kind,
      reason: start.kind === 'unusable' ? start.reason : undefined,
      writtenAt: start.kind === 'read' ? time(start.writtenAt) : undefined,
      restored: start.kind === 'read' ? start.restored : [],
      dropped: start.kind === 'read' ? start.dropped : [],
    },
  };
}

/** What is wrong with the file, or was at the start, a line each for people. */
export function troublesOfRegistryFile({ problem, start }: RegistryFileReport): readonly string[] {
  return [
    ...(problem === undefined ? [] : [problem]),
    ...(start.found === 'unusable' ? [`not used at the start: ${start.reason}`] : []),
    ...start.dropped.map(({ source, reason }) => `${source} was not restored: ${reason}`),
  ];
}

/** One line, and one further line for each problem. */
export function renderRegistryFile(report: RegistryFileReport): string {
  const { file, ageMs, bytes } = report;
  const written = ageMs === undefined ? 'not written yet' : `${bytes} bytes, written ${age(ageMs)} ago`;
  const troubles = troublesOfRegistryFile(report).map((trouble) => indent(printable(trouble)));
  return [`registry file ${printable(file)}: ${written}`, ...troubles].join('\n');
}
