import type { AppName, InstanceId } from '../../../../shared/model/names.ts';

/** Below the base URL. A URL cannot contain lone surrogates, so they are replaced. */
export function applicationPath(app: AppName): string {
  return `apps/${encodeURIComponent(app.toWellFormed())}`;
}

export function instancePath(app: AppName, id: InstanceId): string {
  return `${applicationPath(app)}/${encodeURIComponent(id.toWellFormed())}`;
}
