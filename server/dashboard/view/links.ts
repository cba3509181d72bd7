import { ALL_CALLERS, callerQueryOf, type CallerView } from '../../../shared/dashboard/caller-view.ts';
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
