import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { Losses } from '../../../../shared/guard/waves.ts';
import type { PolledView } from './polled-view.ts';

interface Entry {
  readonly record: InstanceRecord;
  /** Epoch milliseconds of the first list without it. */
  readonly since: number;
}

/** Instances that the newest full list lacks and that stay as last known, because a part of that list is missing. */
export class Unlisted {
  readonly #polled: PolledView;
  #apps: ReadonlyMap<AppName, ReadonlyMap<InstanceId, Entry>> = new Map();

  constructor(polled: PolledView) {
    this.#polled = polled;
  }

  /** A list of which a part is missing was put in force. `stay`: what it lacks. */
  note(stay: Losses, now: number): void {
    const entries = (app: AppName, records: ReadonlyMap<InstanceId, InstanceRecord>): ReadonlyMap<InstanceId, Entry> =>
      new Map(Array.from(records, ([id, record]) => [id, { record, since: this.since(app, id, record) ?? now }]));
    this.#apps = new Map(Array.from(stay.apps, ([app, records]) => [app, entries(app, records)]));
  }

  /** A whole list was put in force. */
  clear(): void {
    this.#apps = new Map();
  }

  /** `undefined`: it is listed, or not there. `record`: as it is in the view. */
  since(app: AppName, id: InstanceId, record = this.#polled.instances(app)?.get(id)): number | undefined {
    const entry = this.#apps.get(app)?.get(id);
    // A delta that has it since has put another record in the view, or none.
    return entry?.record === record ? entry?.since : undefined;
  }

  get size(): number {
    let size = 0;
    for (const [app, entries] of this.#apps)
      for (const id of entries.keys()) if (this.since(app, id) !== undefined) size++;
    return size;
  }
}
