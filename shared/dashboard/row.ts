import { reportApplication, type ApplicationReport } from '../api/apps.ts';
import { isVisible } from '../api/summary.ts';
import type { MergedApplication } from '../registry/application.ts';

/** One application in the list of the dashboard. */
export interface Row extends ApplicationReport {
  /** The sources that contribute entries to it, served or hidden. */
  readonly sources: readonly string[];
}

/** Applications are shared between snapshots, so that a list costs what changed since the last one. */
const made = new WeakMap<MergedApplication, Row>();

/** `undefined` for an application of which there is nothing to show. */
export function rowOf(application: MergedApplication): Row | undefined {
  if (!isVisible(application)) return undefined;
  const known = made.get(application);
  if (known !== undefined) return known;
  const { origins, hidden } = application;
  const sources = new Set<string>();
  for (const { source } of origins.values()) sources.add(source);
  for (const { origin } of hidden) sources.add(origin.source);
  const row = { ...reportApplication(application), sources: [...sources].toSorted() };
  made.set(application, row);
  return row;
}

export function rowsOf(applications: readonly MergedApplication[]): readonly Row[] {
  return applications.flatMap((each) => rowOf(each) ?? []);
}

export function entriesOf({ legacy, copies, kubernetes }: Row): number {
  return legacy + copies + kubernetes;
}

/** Something of it is not served, or served and not UP. */
export function needsAttention(row: Row): boolean {
  return row.refused > 0 || row.up < entriesOf(row) || row.up === 0;
}
