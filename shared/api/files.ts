import { age, indent, printable, table, time } from '../text/printable.ts';

/** How the files of an option are that is followed. */
export interface FollowedFiles {
  /** The option that names them. */
  readonly option: string;
  readonly files: readonly string[];
  /** Epoch milliseconds since when what is in force is. */
  readonly since: number;
  /** Why the newest content is not in force; undefined: it is. */
  readonly problem: string | undefined;
  /** What else is worth knowing of what is in force: when a certificate ends. */
  readonly notes: readonly string[];
}

/** One of them in `GET /eurek8s/sources`. `outdated`: an older content is in force. */
export interface FilesReport {
  readonly option: string;
  readonly state: 'current' | 'outdated';
  readonly files: readonly string[];
  readonly since: string | undefined;
  readonly problem: string | undefined;
  readonly notes: readonly string[];
  readonly ageMs: number;
}

/** `now` in epoch milliseconds. */
export function reportFiles(all: readonly FollowedFiles[], now: number): readonly FilesReport[] {
  return all.map(({ option, files, since, problem, notes }) => ({
    option,
    state: problem === undefined ? 'current' : 'outdated',
    files,
    since: time(since),
    problem,
    notes,
    ageMs: now - since,
  }));
}

/** Nothing where there is nothing to follow; where `short` is asked for nothing unless something is wrong. */
export function renderFiles(reports: readonly FilesReport[], detail: 'short' | 'full'): string {
  const told =
    detail === 'full' ? reports : reports.filter(({ state, notes }) => state === 'outdated' || notes.length > 0);
  if (told.length === 0) return '';
  const [head = '', ...lines] = table(
    ['FILES OF', 'STATE', 'AGE'],
    told.map(({ option, state, ageMs }) => [option, state, age(ageMs)]),
  ).split('\n');
  const blocks = told.map(({ files, problem, notes }, i) =>
    [
      lines[i] ?? '',
      ...(problem === undefined ? [] : [indent(printable(`the last good one stays in force: ${problem}`))]),
      ...notes.map((note) => indent(printable(note))),
      ...(detail === 'full' ? files.map((file) => indent(printable(file))) : []),
    ].join('\n'),
  );
  return `${[head, ...blocks].join('\n')}\n`;
}
