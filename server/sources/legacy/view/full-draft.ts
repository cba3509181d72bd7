import type { ApplicationIntake, DecodedApplication } from '../../../../shared/codec/document.ts';
import type { InstanceRecord, InstanceStatus } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { isOwnEntry } from '../../../../shared/model/own-entry.ts';
import { sameContent } from '../../../../shared/model/same-content.ts';
import { NO_COUNTS } from '../../../../shared/registry/hashcode.ts';
import type { Steps } from '../../../../shared/time-slice.ts';
import { LossList } from './loss-list.ts';
import { MAX_APPLICATION_INSTANCES, type NextFullView, type ViewState } from './polled-view.ts';

/**
 * The view after a full answer, while it is being built. Each application is compared with the previous view as it is
 * decoded, so that no second copy of an almost unchanged registry is ever in memory.
 */
export class FullDraft implements ApplicationIntake {
  readonly #before: ViewState;
  #apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();
  #changed = new Set<AppName>();
  #counts: Record<InstanceStatus, number> = { ...NO_COUNTS };
  #size = 0;
  #overflow = new Map<AppName, number>();

  constructor(before: ViewState) {
    this.#before = before;
  }

  restart(): void {
    this.#apps = new Map();
    this.#changed = new Set();
    this.#counts = { ...NO_COUNTS };
    this.#size = 0;
    this.#overflow = new Map();
  }

  /** By application, the number of instances beyond the limit. */
  get overflow(): ReadonlyMap<AppName, number> {
    return this.#overflow;
  }

  /** An application may appear twice, and all its instances count. An id may appear twice, and the last one counts. */
  add({ name: app, instances }: DecodedApplication): void {
    if (instances.length === 0) return;
    const known = this.#before.apps.get(app);
    const records = this.#apps.get(app) ?? new Map<InstanceId, InstanceRecord>();
    for (const record of instances) {
      if (records.size >= MAX_APPLICATION_INSTANCES && !records.has(record.id)) {
        this.#overflow.set(app, (this.#overflow.get(app) ?? 0) + 1);
        continue;
      }
      const old = known?.get(record.id);
      const kept = old !== undefined && sameContent(old, record) ? old : record;
      if (kept !== old) this.#changed.add(app);
      const twin = records.get(record.id);
      if (twin !== undefined) this.#counts[twin.status]--;
      else if (!isOwnEntry(kept)) this.#size++;
      this.#counts[kept.status]++;
      // The key is the kept record's own id. The equal string of the new record would stay in memory otherwise.
      records.set(kept.id, kept);
    }
    this.#apps.set(app, records);
  }

  /** One step for each application of the previous view, because any of them may have lost instances. */
  *finishSteps(): Steps<NextFullView> {
    const lost = new LossList();
    for (const [app, records] of this.#before.apps) {
      const listed = this.#apps.get(app);
      for (const record of records.values()) {
        if (listed?.has(record.id) === true) continue;
        if (isOwnEntry(record)) this.#changed.add(app);
        else lost.add(app, record);
      }
      yield;
    }
    for (const app of lost.apps.keys()) this.#changed.add(app);
    const changes = { changed: this.#changed, cancelled: new LossList(), lost };
    return { kind: 'full', apps: this.#apps, counts: this.#counts, size: this.#size, changes };
  }
}
