import type { InstanceRecord } from '../../shared/model/instance.ts';
import type { AppName } from '../../shared/model/names.ts';
import { findByName } from '../../shared/collections/named-list.ts';
import { changedSince, leftSince } from '../../shared/registry/delta.ts';
import type { Change, ChangeKind } from '../../shared/registry/diff.ts';
import { application } from '../../shared/registry/snapshot.ts';
import { codecOf } from './codec.ts';
import type { Contents } from './document.ts';
import type { Item, RowCodec } from './rows.ts';
import type { Detail, Format } from './variant.ts';

const ACTIONS = { added: 'ADDED', modified: 'MODIFIED', deleted: 'DELETED' } as const satisfies Record<
  ChangeKind,
  string
>;

/**
 * Levels of compression. Everybody fetches the delta all day, so it takes the time: 0.16 ms more for each segment that
 * changes, and 4 % fewer bytes. Level 9 gains nothing over 8.
 */
const LEVELS = { full: 6, delta: 8 } as const;

/** `GET apps`: the whole registry. Its version is always "1", as on stock servers: only deltas count versions. */
export function fullContents(format: Format, detail: Detail): Contents<InstanceRecord> {
  const codec = codecOf(format);
  return {
    codec: rowCodec(format, detail, LEVELS.full, (record) => codec.instance(record, detail)),
    of: ({ applications }) => applications,
    *all({ applications }) {
      for (const { name, served } of applications) if (served.length > 0) yield { name, rows: served };
    },
    changes: (before, now) => {
      const names = changedSince(now.log, before.version);
      return names && itemsOf(names, (name) => application(now, name)?.served);
    },
    frame: ({ hashCode }) => codec.frame(detail, '1', hashCode),
  };
}

/** `GET apps/delta`: the changes of the window, with the hash code of the whole registry. */
export function deltaContents(format: Format, detail: Detail): Contents<Change> {
  const codec = codecOf(format);
  return {
    codec: rowCodec(format, detail, LEVELS.delta, ({ record, kind }) => codec.instance(record, detail, ACTIONS[kind])),
    of: ({ log }) => log,
    *all({ log }) {
      for (const { name, changes } of log.applications) yield { name, rows: changes };
    },
    changes: (before, now) => {
      const names = changedSince(now.log, before.version);
      if (names === undefined) return undefined;
      const all = new Set([...names, ...leftSince(before.log, now.log)]);
      return itemsOf(all, (name) => findByName(now.log.applications, name)?.changes);
    },
    frame: ({ version, hashCode }) => codec.frame(detail, String(version), hashCode),
  };
}

function itemsOf<Row extends object>(
  names: ReadonlySet<AppName>,
  rowsOf: (name: AppName) => readonly Row[] | undefined,
): ReadonlyMap<AppName, Item<Row> | undefined> {
  const items = new Map<AppName, Item<Row> | undefined>();
  for (const name of names) {
    const rows = rowsOf(name);
    items.set(name, rows === undefined || rows.length === 0 ? undefined : { name, rows });
  }
  return items;
}

function rowCodec<Row extends object>(
  format: Format,
  detail: Detail,
  level: number,
  row: (row: Row) => string,
): RowCodec<Row> {
  const codec = codecOf(format);
  return {
    level,
    separator: Buffer.from(codec.frame(detail, '', '').separator),
    frame: (name) => codec.applicationFrame(name, detail),
    row,
  };
}
