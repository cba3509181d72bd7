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
type Ids = ReadonlySet<InstanceId>;

interface Listed {
  readonly merged: Merged;
  /** The instances that are in the delta for their time stamps alone. */
  readonly alone: ReadonlyMap<AppName, Ids>;
}

/**
 * The merged applications, in which instances that the registry has written to since they were listed are listed anew,
 * with their present time stamps, though nothing else in them is new. Between two polls such an instance may have been
 * different, or away. Another replica may have polled then, and of what its clients have since only a delta with the
 * instance relieves them. Of all instances of a registry, as after a fail-over, that would be the whole registry: of an
 * update with more than `limit` none is told, and at most `limit` are in the delta that would not be in it otherwise.
 */
export function listRewritten({ applications, log }: Before, merged: Merged, limit: number): Listed {
  const rewritten = new Map<AppName, Ids>();
  const alone = new Map<AppName, Ids>();
  let [count, more] = [0, 0];
  for (const [name, after] of merged) {
    if (after === undefined || after.restamped.size === 0) continue;
    const ids = rewrittenIn(after, findByName(applications, name));
    if (ids.size === 0) continue;
    const changes = findByName(log.applications, name)?.changes ?? [];
    const others = new Set(changes.filter(({ restamped }) => restamped !== true).map(({ record }) => record.id));
    rewritten.set(name, ids);
    alone.set(name, without(ids, others));
    count += ids.size;
    more += without(ids, new Set(changes.map(({ record }) => record.id))).size;
  }
  if (count === 0 || count > limit) return { merged, alone: new Map() };
  const hasRoom = more === 0 || more + toldIn(log) <= limit;
  const listed = new Map(merged);
  for (const [name, ids] of rewritten) {
    const after = merged.get(name);
    const told = hasRoom ? ids : without(ids, alone.get(name));
    if (after !== undefined && told.size > 0) listed.set(name, withPresentStamps(after, told));
  }
  return { merged: listed, alone: hasRoom ? alone : new Map() };
}

/** Servers set `lastUpdatedTimestamp` with each registration, and with each change of status or metadata. */
function rewrittenIn({ restamped }: MergedApplication, before: MergedApplication | undefined): Ids {
  const known = new Map<InstanceId, InstanceRecord>(before?.served.map((record) => [record.id, record]));
  for (const [id, record] of before?.restamped ?? NONE) known.set(id, record);
  const news = [...restamped].filter(
    ([id, { lastUpdatedTimestamp }]) => known.get(id)?.lastUpdatedTimestamp !== lastUpdatedTimestamp,
  );
  return new Set(news.map(([id]) => id));
}

function toldIn({ applications }: DeltaLog): number {
  return applications.reduce(
    (sum, { changes }) => sum + changes.filter(({ restamped }) => restamped === true).length,
    0,
  );
}

function withPresentStamps(application: MergedApplication, ids: Ids): MergedApplication {
  const { served, restamped } = application;
  const left = [...restamped].filter(([id]) => !ids.has(id));
  return {
    ...application,
    served: served.map((record) => (ids.has(record.id) ? (restamped.get(record.id) ?? record) : record)),
    restamped: left.length === 0 ? NONE : new Map(left),
  };
}

function without(ids: Ids, others: Ids | undefined): Ids {
  return new Set([...ids].filter((id) => others?.has(id) !== true));
}
