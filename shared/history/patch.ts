import { sameData } from '../data/same-data.ts';
import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import { emptyApplication, NONE, type Entry, type MergedApplication, type Origin } from '../registry/application.ts';
import type { InstanceRecord } from '../model/instance.ts';
import { entryChange, type EntryChange } from './entry-change.ts';

/** The state of an application besides its entries. */
export type Frame = Omit<MergedApplication, 'name' | 'served' | 'origins' | 'restamped'>;

const FRAME = [
  'hidden',
  'refusals',
  'policy',
  'dial',
  'counts',
  'template',
] as const satisfies readonly (keyof Frame)[];

/** One object for the many changes that leave the frame as it was. */
const NOTHING: Partial<Frame> = {};

/** What leads from the state of one application after a change back to the one before. */
export interface ApplicationPatch {
  readonly name: AppName;
  /** `undefined`: the application did not exist. What is absent was the same as afterwards. */
  readonly before: Partial<Frame> | undefined;
  /** In the order of their ids. */
  readonly entries: readonly EntryChange[];
}

/** `undefined`: nothing that people can see is different. */
export function patchOf(
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): ApplicationPatch | undefined {
  const name = after?.name ?? before?.name;
  if (name === undefined) return undefined;
  const entries = entryChanges(before, after);
  const frame = before && frameBefore(before, after);
  const isSame = (before === undefined) === (after === undefined) && (frame ?? NOTHING) === NOTHING;
  return entries.length === 0 && isSame ? undefined : { name, before: frame, entries };
}

function frameBefore(before: MergedApplication, after: MergedApplication | undefined): Partial<Frame> {
  const names = after === undefined ? FRAME : FRAME.filter((name) => !sameData(before[name], after[name]));
  return names.length === 0 ? NOTHING : Object.fromEntries(names.map((name) => [name, before[name]]));
}

/** A walk through both sorted lists, in which records of equal content are the same object. */
function entryChanges(before: MergedApplication | undefined, after: MergedApplication | undefined): EntryChange[] {
  const [old, now] = [before?.served ?? [], after?.served ?? []];
  const changes: EntryChange[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [was, is] = [old[i], now[j]];
    // Most of a large application did not change.
    if (was !== undefined && was === is && before?.origins.get(was.id) === after?.origins.get(was.id)) {
      i++;
      j++;
      continue;
    }
    const order = was === undefined ? 1 : is === undefined ? -1 : byText(was.id, is.id);
    const change = entryChange(
      order <= 0 ? entryOf(was, before) : undefined,
      order >= 0 ? entryOf(is, after) : undefined,
    );
    if (change !== undefined) changes.push(change);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  // A copy has no room for more. Thousands of them are kept.
  return changes.slice();
}

export function entryOf(
  record: InstanceRecord | undefined,
  application: MergedApplication | undefined,
): Entry | undefined {
  const origin = record && application?.origins.get(record.id);
  return record && origin && { record, origin };
}

/** Collects the patches of one application, newest first, and takes all of them back at once. */
export class Rewind {
  /** Whether the application existed; `undefined` before the first patch. */
  #existed: boolean | undefined;
  #frame: Partial<Frame> = {};
  /** By id: what the entry was; fields alone where it is made of the one that is there now. */
  readonly #entries = new Map<string, Entry | 'none' | { fields: object; origin: Origin | undefined }>();

  add({ before, entries }: ApplicationPatch): void {
    this.#existed = before !== undefined;
    if (before === undefined) this.#frame = {};
    else Object.assign(this.#frame, before);
    for (const change of entries) this.#addEntry(change);
  }

  #addEntry(change: EntryChange): void {
    if (change.kind === 'added') return void this.#entries.set(change.id, 'none');
    if (change.kind === 'deleted') return void this.#entries.set(change.id, change.entry);
    const { id, before, origin } = change;
    const later = this.#entries.get(id);
    if (later === undefined || later === 'none') this.#entries.set(id, { fields: { ...before }, origin });
    else if ('fields' in later) {
      Object.assign(later.fields, before);
      later.origin = origin ?? later.origin;
    } else this.#entries.set(id, { record: { ...later.record, ...before }, origin: origin ?? later.origin });
  }

  /** `now`: the application after the newest of the patches. */
  applyTo(name: AppName, now: MergedApplication | undefined): MergedApplication | undefined {
    if (this.#existed === undefined) return now;
    if (!this.#existed) return undefined;
    const entries = new Map((now?.served ?? []).map((record) => [record.id as string, entryOf(record, now)] as const));
    for (const [id, was] of this.#entries) {
      if (was === 'none') entries.delete(id);
      else if ('record' in was) entries.set(id, was);
      else {
        const is = entries.get(id);
        if (is !== undefined)
          entries.set(id, { record: { ...is.record, ...was.fields }, origin: was.origin ?? is.origin });
      }
    }
    const all = [...entries.values()].filter((each) => each !== undefined);
    return {
      ...(now ?? emptyApplication(name)),
      ...this.#frame,
      served: all.map(({ record }) => record).toSorted((a, b) => byText(a.id, b.id)),
      origins: new Map(all.map(({ record, origin }) => [record.id, origin])),
      restamped: NONE,
    };
  }
}
