import type { Explanation } from '../api/explain.ts';
import type { HoldReport } from '../api/holds.ts';
import type { ChangeReport } from '../api/changes.ts';
import type { Overview } from './overview.ts';
import type { Recent } from './recent.ts';
import type { Row } from './row.ts';
import type { RowView } from './row-view.ts';

/** What every page has. */
export interface Frame {
  /** The way from the page to the root of the dashboard, so that a proxy may serve it below any path. */
  readonly root: string;
  readonly version: string;
  /** Epoch milliseconds of the server. */
  readonly now: number;
}

export interface OverviewPage {
  readonly kind: 'overview';
  readonly overview: Overview;
}

/** The list, or as much of it as is readable without JavaScript. */
export interface ApplicationsPage {
  readonly kind: 'applications';
  readonly view: RowView;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly Row[];
  /** How many rows the view has, and the list. */
  readonly matching: number;
  readonly total: number;
  readonly sources: readonly string[];
}

export interface ApplicationPage {
  readonly kind: 'application';
  readonly explanation: Explanation;
  readonly changes: readonly ChangeReport[];
  /** The zone whose callers are looked at; `undefined`: those that keep to none. */
  readonly zone: string | undefined;
  /** How many entries of each list are shown. */
  readonly shown: number;
}

export interface ChangesPage {
  readonly kind: 'changes';
  readonly recent: Recent;
  /** Of one application. */
  readonly app: string | undefined;
  /** Whether it begins with the last change, and not before a version. */
  readonly isLatest: boolean;
  /** RFC 3339. Everything since then is known. */
  readonly oldest: string | undefined;
}

/** A hold, with what each decision does. */
export interface HoldPage {
  readonly kind: 'hold';
  readonly hold: HoldReport;
}

/** `waiting`: reads are not answered yet. */
export interface MessagePage {
  readonly kind: 'message';
  readonly tone: 'done' | 'waiting' | 'missing' | 'error';
  readonly title: string;
  readonly lines: readonly string[];
}

export type Page = OverviewPage | ApplicationsPage | ApplicationPage | ChangesPage | HoldPage | MessagePage;

export interface Document {
  readonly frame: Frame;
  readonly page: Page;
}
