import type { InstanceRecord } from '../model/instance.ts';
import type { EntryChange } from './entry-change.ts';
import type { ApplicationPatch } from './patch.ts';

/** Bytes on the heap, as measured: of a patch with its cause, and of each of its parts by itself. */
const PATCH_BYTES = 300;
const ENTRY_BYTES = 250;
const FIELD_BYTES = 45;
const FRAME_BYTES = 220;
const RECORD_BYTES = 600;
const MAP_BYTES = 220;
const ITEM_BYTES = 60;

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
  return value instanceof Map ? mapWeight(value as ReadonlyMap<string, string>) : 0;
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
