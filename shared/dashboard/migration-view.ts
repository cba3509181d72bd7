import type { ApplicationMigration } from '../api/migration.ts';
import { STAGES, type Stage } from '../api/stage.ts';

/** Names and steps in one row: thousands may look an application up. */
const MAX_CALLERS = 5;
const MAX_TODO = 6;

/** Which applications are looked at. `left`: those with something to do. It is what the query of the page says. */
export interface MigrationView {
  readonly text: string;
  readonly stage: Stage | undefined;
  readonly left: boolean;
}

export const WHOLE_MIGRATION: MigrationView = { text: '', stage: undefined, left: false };

/** What cannot be read counts as not given. */
export function readMigrationView(query: (name: string) => string | undefined): MigrationView {
  return {
    text: query('q') ?? '',
    stage: STAGES.find((each) => each === query('stage')),
    left: query('left') === 'yes',
  };
}

/** The query that `readMigrationView` reads, with `?`; empty for all. */
export function migrationQueryOf({ text, stage, left }: MigrationView, page = 1): string {
  const query = new URLSearchParams();
  if (text !== '') query.set('q', text.toWellFormed());
  if (stage !== undefined) query.set('stage', stage);
  if (left) query.set('left', 'yes');
  if (page > 1) query.set('page', String(page));
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

export function lookAtMigration(
  applications: readonly ApplicationMigration[],
  { text, stage, left }: MigrationView,
): readonly ApplicationMigration[] {
  const words = text.toUpperCase().split(/\s+/).filter(Boolean);
  return applications.filter(
    (each) =>
      words.every((word) => each.name.includes(word)) &&
      (stage === undefined || each.stage === stage) &&
      (!left || each.todo.length > 0),
  );
}

/** One application as a page shows it. */
export interface MigrationRow extends ApplicationMigration {
  /** What is left out. */
  readonly more: { readonly callers: number; readonly todo: number };
}

export function migrationRow(application: ApplicationMigration): MigrationRow {
  const { callers, todo } = application;
  return {
    ...application,
    callers: callers.slice(0, MAX_CALLERS),
    todo: todo.slice(0, MAX_TODO),
    more: { callers: Math.max(0, callers.length - MAX_CALLERS), todo: Math.max(0, todo.length - MAX_TODO) },
  };
}
