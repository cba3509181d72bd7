import { findByName } from '../collections/named-list.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import { NONE, type MergedApplication } from './application.ts';
import type { DeltaLog } from './delta.ts';

interface Before {
  readonly applications: readonly MergedApplication[];
  readonly log: DeltaLog;
}

type Merged = ReadonlyMap<AppName, MergedApplication | undefined>;

/**
 * The merged applications, in which instances that the registry has written to since they were listed are listed anew,
 * with their present time stamps, though nothing else in them is new. Between two polls such an instance may have been
 * different, or away. Another replica may have polled then, and of what its clients have since only a delta with the
 * instance relieves them. Of all instances of a registry, as after a fail-over, that would be the whole registry: beyond
 * `limit` instances in the delta none of an update is told.
 */
export function listRewritten(before: Before, merged: Merged, limit: number): Merged {
  const rewritten = new Map<AppName, ReadonlySet<InstanceId>>();
  let count = 0;
  for (const [name, after] of merged) {
    if (after === undefined || after.restamped.size === 0) continue;
    const ids = rewrittenIn(after, findByName(before.applications, name));
    if (ids.size > 0) rewritten.set(name, ids);
    count += ids.size;
  }
  if (count === 0 || count > limit || count + toldIn(before.log) > limit) return merged;
  const listed = new Map(merged);
  for (const [name, ids] of rewritten) {
    const after = merged.get(name);
    if (after !== undefined) listed.set(name, withPresentStamps(after, ids));
  }
  return listed;
}

/** Servers set `lastUpdatedTimestamp` with each registration, and with each change of status or metadata. */
function rewrittenIn({ restamped }: MergedApplication, before: MergedApplication | undefined): ReadonlySet<InstanceId> {
  const known = new Map<InstanceId, InstanceRecord>(before?.served.map((record) => [record.id, record]));
  for (const [id, record] of before?.restamped ?? NONE) known.set(id, record);
  const news = [...restamped].filter(
    ([id, { lastUpdatedTimestamp }]) => known.get(id)?.lastUpdatedTimestamp !== lastUpdatedTimestamp,
  );
  return new Set(news.map(([id]) => id));
}

function toldIn({ applications }: DeltaLog): number {
  return applications.reduce((sum, { changes }) => sum + changes.filter(({ restamped }) => restamped).length, 0);
}

function withPresentStamps(application: MergedApplication, ids: ReadonlySet<InstanceId>): MergedApplication {
  const { served, restamped } = application;
  const left = [...restamped].filter(([id]) => !ids.has(id));
  return {
    ...application,
    served: served.map((record) => (ids.has(record.id) ? (restamped.get(record.id) ?? record) : record)),
    restamped: left.length === 0 ? NONE : new Map(left),
  };
}
