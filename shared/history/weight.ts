import type { InstanceRecord } from '../model/instance.ts';
import type { EntryChange } from './entry-change.ts';
import type { ApplicationPatch } from './patch.ts';

/** Bytes on the heap, as measured: of a patch with its cause, and of each of its parts by itself. */
const PATCH_BYTES = 330;
const ENTRY_BYTES = 250;
const FIELD_BYTES = 45;
const FRAME_BYTES = 220;
const RECORD_BYTES = 300;
const MAP_BYTES = 220;
const ITEM_BYTES = 60;
/** A number that is no small integer, as every time stamp. */
const NUMBER_BYTES = 16;
/** Port, lease, data center: with their numbers. */
const OBJECT_BYTES = 150;

/** About how many bytes a patch keeps from being freed. */
export function weightOf({ before, entries }: ApplicationPatch): number {
  const frame = Object.values(before ?? {}).reduce(
    (sum, part) => sum + FRAME_BYTES * (Array.isArray(part) ? part.length : 1),
    0,
  );
  return entries.reduce((sum, entry) => sum + entryWeight(entry), PATCH_BYTES + frame);
}

function entryWeight(change: EntryChange): number {
  if (change.kind === 'added') return ENTRY_BYTES;
  if (change.kind === 'deleted') return ENTRY_BYTES + recordWeight(change.entry.record);
  const values = [...Object.values(change.before), ...Object.values(change.after)];
  return values.reduce((sum: number, value) => sum + FIELD_BYTES + valueWeight(value), ENTRY_BYTES);
}

function valueWeight(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return NUMBER_BYTES;
  if (value instanceof Map) return mapWeight(value as ReadonlyMap<string, string>);
  if (typeof value !== 'object' || value === null) return 0;
  // A data center has a map of its own.
  return Object.values(value).reduce<number>(
    (sum, part) => (part instanceof Map ? sum + mapWeight(part as ReadonlyMap<string, string>) : sum),
    OBJECT_BYTES,
  );
}

function recordWeight({ metadata, dataCenterInfo, ...others }: InstanceRecord): number {
  const amazon = dataCenterInfo.name === 'Amazon' ? mapWeight(dataCenterInfo.metadata) : 0;
  const texts = Object.values(others).reduce<number>((sum, value) => sum + valueWeight(value), 0);
  return RECORD_BYTES + texts + mapWeight(metadata) + amazon;
}

function mapWeight(map: ReadonlyMap<string, string>): number {
  let weight = MAP_BYTES;
  for (const [key, value] of map) weight += ITEM_BYTES + key.length + value.length;
  return weight;
}
