import type { AppName } from '../model/names.ts';

/** An entry stays although the newest list of its source lacks it, because that list lacks a part. */
export interface Unlisted {
  /** Epoch milliseconds of the first such list. */
  readonly unlistedSince: number;
}

/** The notice of such an entry. `since`: RFC 3339. */
export function unlistedNotice(source: string, app: AppName, since: string): string {
  return (
    `unlisted: the newest list of ${source} lacks it, and a part of what it counts, since ${since}; ` +
    `it stays until it is listed, or until it is cancelled here, at each replica, by: DELETE /eureka/apps/${app}/ID`
  );
}
