import type { Observer } from '../api/census.ts';
import type { Explanation } from '../api/explain.ts';
import type { HoldReport } from '../api/holds.ts';
import type { FoldedChange } from '../api/folded-changes.ts';
import type { MigrationReport } from '../api/migration.ts';
import type { StatusCounts } from '../registry/hashcode.ts';
import type { CallMap } from './call-map.ts';
import type { CallerRow } from './caller-row.ts';
import type { CallersSeen, CallerView } from './caller-view.ts';
import type { MigrationRow, MigrationView } from './migration-view.ts';
import type { Overview } from './overview.ts';
import type { Part } from './part.ts';
import type { PastRow, PastView } from './past.ts';
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
export interface ApplicationsPage extends Part<Row> {
  readonly kind: 'applications';
  readonly view: RowView;
  /** How many rows the whole list has. */
  readonly total: number;
  readonly sources: readonly string[];
}

export interface ApplicationPage {
  readonly kind: 'application';
  readonly explanation: Explanation;
  readonly changes: readonly FoldedChange[];
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

/** Who asks for what, as far as this replica has seen. */
export interface CallersPage extends Part<CallerRow> {
  readonly kind: 'callers';
  readonly view: CallerView;
  readonly total: number;
  readonly seen: Pick<CallersSeen, 'all' | 'counts'>;
  readonly observer: Observer;
  /** How many times a caller was not kept. */
  readonly forgotten: number;
  readonly map: CallMap;
}

/** How far the move is, and what keeps the legacy. */
export interface MigrationPage extends Part<MigrationRow> {
  readonly kind: 'migration';
  readonly view: MigrationView;
  readonly summary: MigrationReport['summary'];
  /** How many applications have something left to do. */
  readonly left: number;
  readonly observer: Observer;
  /** What keeps the legacy: the first of it, and how much more there is. */
  readonly blockers: readonly string[];
  readonly moreBlockers: number;
}

/** The registry at a moment, and what changed since. */
export interface AtPage {
  readonly kind: 'at';
  /** As it was asked for; empty: nothing was. */
  readonly asked: string;
  /** RFC 3339: what is remembered. Absent: nothing is yet. */
  readonly oldest: string | undefined;
  readonly newest: string;
  /** Changes over that time, in equal parts. */
  readonly bars: readonly number[];
  /** Why this moment cannot be looked at. */
  readonly trouble: string | undefined;
  readonly look:
    | (Part<PastRow> & {
        /** RFC 3339. */
        readonly at: string;
        readonly view: PastView;
        readonly applications: number;
        readonly counts: StatusCounts;
        readonly since: { readonly changes: readonly FoldedChange[]; readonly count: number };
      })
    | undefined;
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

export type Page =
  | OverviewPage
  | ApplicationsPage
  | ApplicationPage
  | CallersPage
  | MigrationPage
  | ChangesPage
  | AtPage
  | HoldPage
  | MessagePage;

export interface Document {
  readonly frame: Frame;
  readonly page: Page;
}
