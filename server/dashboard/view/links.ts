import { ALL_CALLERS, callerQueryOf, type CallerView } from '../../../shared/dashboard/caller-view.ts';
import { migrationQueryOf, WHOLE_MIGRATION, type MigrationView } from '../../../shared/dashboard/migration-view.ts';
import { pastQueryOf, type PastView } from '../../../shared/dashboard/past.ts';
import { queryOf, WHOLE_LIST, type RowView } from '../../../shared/dashboard/row-view.ts';

/** Addresses of the pages, relative to the root of the dashboard (see `Frame`). */
export function applicationsUrl(root: string, view: Partial<RowView> = {}, page = 1): string {
  return `${root}dashboard/apps${queryOf({ ...WHOLE_LIST, ...view }, page)}`;
}

export function applicationUrl(root: string, name: string): string {
  return `${root}dashboard/apps/${segment(name)}`;
}

export function callersUrl(root: string, view: Partial<CallerView> = {}, page = 1): string {
  return `${root}dashboard/callers${callerQueryOf({ ...ALL_CALLERS, ...view }, page)}`;
}

export function migrationUrl(root: string, view: Partial<MigrationView> = {}, page = 1): string {
  return `${root}dashboard/migration${migrationQueryOf({ ...WHOLE_MIGRATION, ...view }, page)}`;
}

/** The time machine; at a moment (RFC 3339) if it is given. */
export function atUrl(root: string, at?: string, view: Partial<PastView> = {}, page = 1): string {
  const query = at === undefined ? '' : pastQueryOf(at, { text: '', changed: false, ...view }, page);
  return `${root}dashboard/at${query}`;
}

/** Of one application if it is given, and before a version. */
export function changesUrl(root: string, app?: string, before?: number): string {
  const query = new URLSearchParams();
  if (app !== undefined) query.set('app', app.toWellFormed());
  if (before !== undefined) query.set('before', String(before));
  const written = query.toString();
  return `${root}dashboard/changes${written === '' ? '' : `?${written}`}`;
}

export function holdUrl(root: string, id: string): string {
  return `${root}dashboard/holds/${segment(id)}`;
}

/** A name is whatever somebody registered, half a character included. */
export function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}
