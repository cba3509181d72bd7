import type { Row } from './row.ts';

/** What the stream of the dashboard says of the registry. The event `overview` carries an `Overview`. */
export interface RowNews {
  /** The version of the registry after it. */
  readonly version: number;
  /** Applications whose row or entries are different now. */
  readonly rows: readonly Row[];
  readonly gone: readonly string[];
}

/** `reload`: more changed than is told row by row, or the client was too slow for all of it. */
export const NEWS_EVENTS = ['overview', 'rows', 'reload'] as const;
export type NewsEvent = (typeof NEWS_EVENTS)[number];
