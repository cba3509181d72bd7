import { age, indent, printable, table, time } from '../text/printable.ts';

/** The state of the followed files of one option. */
export interface FollowedFiles {
  /** The option that names them. */
  readonly option: string;
  readonly files: readonly string[];
  /** Epoch milliseconds at which the current content came into force. */
  readonly since: number;
  /** Why the newest content is not in force; `undefined` when it is. */
  readonly problem: string | undefined;
  /** Further notes on the content in force, such as the end of a certificate. */
  readonly notes: readonly string[];
}

/** The files of one option in `GET /eurek8s/sources`. `outdated`: older content is in force. */
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

/** What is wrong with the files of one option, a line each for people. */
export function troublesOfFiles({ problem, notes }: FilesReport): readonly string[] {
  return [...(problem === undefined ? [] : [`the last good one stays in force: ${problem}`]), ...notes];
}

/** Returns an empty text when there is nothing to list. `short` lists only the options with a problem or a note. */
export function renderFiles(reports: readonly FilesReport[], detail: 'short' | 'full'): string {
  const shown = detail === 'full' ? reports : reports.filter((report) => troublesOfFiles(report).length > 0);
  if (shown.length === 0) return '';
  const rows = shown.map(({ option, state, ageMs }) => [option, state, age(ageMs)]);
  const below = shown.map((report) =>
    [...troublesOfFiles(report), ...(detail === 'full' ? report.files : [])].map((line) => indent(printable(line))),
  );
  return `${table(['FILES OF', 'STATE', 'AGE'], rows, below)}\n`;
}
