import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { counted, indent, printable, sinceText, table, time } from '../text/printable.ts';

/** One candidate that is not served. */
export interface RefusalReport {
  /** `cluster/namespace/ingress`, or `source/instance id`. */
  readonly object: string;
  readonly app: string;
  readonly code: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string | undefined;
}

/** `GET /eurek8s/refusals`: all candidates that are not served, by application. */
export interface RefusalsReport {
  readonly refusals: readonly RefusalReport[];
}

export function reportRefusals({ applications }: RegistrySnapshot): RefusalsReport {
  return {
    refusals: applications.flatMap(({ name, refusals }) =>
      refusals.map(({ object, code, reason, since }) => ({ object, app: name, code, reason, since: time(since) })),
    ),
  };
}

/** The number of refused candidates by code. */
export function countRefusals({ applications }: RegistrySnapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { refusals } of applications)
    for (const { code } of refusals) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** `now` in epoch milliseconds. */
export function renderRefusals({ refusals }: RefusalsReport, now: number): string {
  if (refusals.length === 0) return 'nothing is refused\n';
  const rows = refusals.map(({ object, app, code, since }) => [object, app, code, sinceText(since, now)]);
  const reasons = refusals.map(({ reason }) => [indent(printable(reason), 4)]);
  const lines = table(['OBJECT', 'APPLICATION', 'CODE', 'SINCE'], rows, reasons);
  return `${counted(refusals.length, 'candidate is', 'candidates are')} not served\n${lines}\n`;
}
