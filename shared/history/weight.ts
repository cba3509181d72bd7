import type { InstanceRecord } from '../model/instance.ts';
import type { MergedApplication } from '../registry/application.ts';
import type { TwinTemplate } from '../registry/template.ts';
import type { EntryChange } from './entry-change.ts';
import type { ApplicationPatch, Frame } from './patch.ts';

/** Bytes on the heap, as measured: of a patch with its cause, and of each of its parts by itself. */
const PATCH_BYTES = 330;
const ENTRY_BYTES = 250;
const FIELD_BYTES = 45;
const FRAME_BYTES = 220;
const RECORD_BYTES = 300;
const MAP_BYTES = 220;
const ITEM_BYTES = 60;
const POINTER_BYTES = 8;
/** A number that is no small integer, as every time stamp. */
const NUMBER_BYTES = 16;
/** Port, lease, data center: with their numbers. */
const OBJECT_BYTES = 150;

/** About how many bytes a patch keeps from being freed. `after`: the application after it. */
export function weightOf({ before, entries }: ApplicationPatch, after: MergedApplication | undefined): number {
  const frame = before === undefined ? 0 : frameWeight(before, after);
  return entries.reduce((sum, entry) => sum + entryWeight(entry), PATCH_BYTES + frame);
}

/** What is still in the application afterwards is kept by that, and weighs in the patch that takes it away. */
function frameWeight(before: Partial<Frame>, after: MergedApplication | undefined): number {
  const { hidden = [], refusals = [], template, ...others } = before;
  const there = new Set(hidden.length > 0 ? after?.hidden.map(({ record }) => record) : []);
  let weight = FRAME_BYTES * Object.keys(others).length;
  for (const { record } of hidden) weight += FRAME_BYTES + (there.has(record) ? 0 : recordWeight(record));
  for (const { object, reason } of refusals)
    weight += Math.max(FRAME_BYTES, OBJECT_BYTES + textWeight(object) + textWeight(reason));
  return weight + (template === undefined ? 0 : FRAME_BYTES + templateWeight(template, after?.template));
}

/** The texts are those of twins, and weigh with them. Those of twins that were gone before weigh with nothing else. */
function templateWeight({ metadata, disputed, goneSince }: TwinTemplate, after: TwinTemplate | undefined): number {
  const texts = goneSince === undefined ? 0 : mapWeight(metadata);
  const places = metadata === after?.metadata ? 0 : MAP_BYTES + ITEM_BYTES * metadata.size;
  const keys = disputed === after?.disputed ? 0 : POINTER_BYTES * disputed.length;
  return texts + places + keys;
}

function entryWeight(change: EntryChange): number {
  if (change.kind === 'added') return ENTRY_BYTES;
  if (change.kind === 'deleted') return ENTRY_BYTES + recordWeight(change.entry.record);
  const values = [...Object.values(change.before), ...Object.values(change.after)];
  return values.reduce((sum: number, value) => sum + FIELD_BYTES + valueWeight(value), ENTRY_BYTES);
}

function valueWeight(value: unknown): number {
  if (typeof value === 'string') return textWeight(value);
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
  for (const [key, value] of map) weight += ITEM_BYTES + textWeight(key) + textWeight(value);
  return weight;
}

/** One character that is not Latin, and each of them takes two bytes. */
function textWeight(text: string): number {
  return /[\u0100-\uffff]/.test(text) ? 2 * text.length : text.length;
}
