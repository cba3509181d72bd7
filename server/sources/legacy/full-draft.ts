import type { ApplicationIntake, DecodedApplication } from '../../../shared/codec/document.ts';
import type { InstanceRecord, InstanceStatus } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../shared/model/names.ts';
import { sameContent } from '../../../shared/model/same-content.ts';
import type { TimeSlice } from '../../../shared/time-slice.ts';
import { NO_COUNTS } from '../../../shared/registry/hashcode.ts';
import { LossList } from './loss-list.ts';
import type { FullView, ViewState } from './view-state.ts';

/**
 * The view after a full answer. Each application is compared with the one before as it comes, so that of a registry that
 * hardly changed no second copy is ever in memory.
 */
export class FullDraft implements ApplicationIntake {
  readonly #before: ViewState;
  #apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();
  #changed = new Set<AppName>();
  #counts: Record<InstanceStatus, number> = { ...NO_COUNTS };
  #size = 0;
  #listed = 0;

  constructor(before: ViewState) {
    this.#before = before;
  }

  /** Whether the answer names no application at all. */
  get empty(): boolean {
    return this.#listed === 0;
  }

  restart(): void {
    this.#apps = new Map();
    this.#changed = new Set();
    this.#counts = { ...NO_COUNTS };
    this.#size = 0;
    this.#listed = 0;
  }

  /** An application may come twice, as may an id: all of them count, the last with an id wins. */
  add({ name: app, instances }: DecodedApplication): void {
    this.#listed++;
    if (instances.length === 0) return;
    const known = this.#before.apps.get(app);
    const records = this.#apps.get(app) ?? new Map<InstanceId, InstanceRecord>();
    for (const record of instances) {
      const old = known?.get(record.id);
      const kept = old !== undefined && sameContent(old, record) ? old : record;
      if (kept !== old) this.#changed.add(app);
      const twin = records.get(record.id);
      if (twin === undefined) this.#size++;
      else this.#counts[twin.status]--;
      this.#counts[kept.status]++;
      // Its own id: the other one, equal, would be kept in memory.
      records.set(kept.id, kept);
    }
    this.#apps.set(app, records);
  }

  async finish(slice: TimeSlice): Promise<FullView> {
    const lost = new LossList();
    for (const [app, records] of this.#before.apps) {
      const listed = this.#apps.get(app);
      for (const record of records.values()) if (listed?.has(record.id) !== true) lost.add(app, record);
      if (slice.isSpent()) await slice.next();
    }
    for (const app of lost.apps.keys()) this.#changed.add(app);
    const step = { changed: this.#changed, cancelled: [], lost };
    return { kind: 'full', apps: this.#apps, counts: this.#counts, size: this.#size, step };
  }
}
