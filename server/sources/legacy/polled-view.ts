import type { DecodedApplications } from '../../../shared/codec/document.ts';
import type { InstanceRecord, InstanceStatus } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../shared/model/names.ts';
import { sameContent } from '../../../shared/model/same-content.ts';
import type { Placed } from '../../../shared/registry/brake.ts';
import { hashCode, NO_COUNTS } from '../../../shared/registry/hashcode.ts';

/** A decoded answer of `apps` or `apps/delta`. */
export type RegistryDocument = Pick<DecodedApplications, 'hashCode' | 'applications'>;

/** What one answer changed. */
export interface PolledStep {
  readonly changed: ReadonlySet<AppName>;
  readonly added: readonly Placed[];
  /** Taken out by a cancel: said by the instance itself or by an operator. Known to this view or not. */
  readonly cancelled: readonly Placed[];
  /** Gone without such evidence: evicted, or just not listed any more. */
  readonly lost: readonly Placed[];
}

type Instances = Map<InstanceId, InstanceRecord>;

/**
 * The legacy registry exactly as its own answers describe it, ours and unwanted entries included: its hash code counts
 * them too. A record whose content did not change stays the same object, so that renewals are no change downstream.
 */
export class PolledView {
  #apps = new Map<AppName, Instances>();
  #counts: Record<InstanceStatus, number> = { ...NO_COUNTS };
  #size = 0;

  /** `baseline`: a view of an earlier run, which a first answer is compared with. */
  constructor(baseline: ReadonlyMap<AppName, readonly InstanceRecord[]> = new Map()) {
    for (const [name, records] of baseline) for (const record of records) this.#put(name, record);
  }

  get size(): number {
    return this.#size;
  }

  apps(): Iterable<AppName> {
    return this.#apps.keys();
  }

  instances(app: AppName): ReadonlyMap<InstanceId, InstanceRecord> | undefined {
    return this.#apps.get(app);
  }

  /** The hash code over this view, as Java clients compute it over theirs. */
  hashCode(): string {
    return hashCode(this.#counts);
  }

  /** Everything is as the document says. */
  replace(document: RegistryDocument): PolledStep {
    const before = this.#apps;
    this.#apps = new Map();
    this.#counts = { ...NO_COUNTS };
    this.#size = 0;
    const changed = new Set<AppName>();
    const added: Placed[] = [];
    for (const { name: app, instances } of document.applications) {
      const known = before.get(app);
      for (const record of instances) {
        const old = known?.get(record.id);
        const kept = old !== undefined && sameContent(old, record) ? old : record;
        if (kept !== old) changed.add(app);
        if (old === undefined) added.push({ app, record });
        this.#put(app, kept);
      }
    }
    const lost: Placed[] = [];
    for (const [app, records] of before)
      for (const record of records.values())
        if (this.#apps.get(app)?.has(record.id) !== true) lost.push({ app, record });
    for (const { app } of lost) changed.add(app);
    return { changed, added, cancelled: [], lost };
  }

  /** Java client rules: ADDED and MODIFIED are both upserts, DELETED removes, any other action is ignored. */
  apply(delta: RegistryDocument): PolledStep {
    const changed = new Set<AppName>();
    const added: Placed[] = [];
    const cancelled: Placed[] = [];
    const lost: Placed[] = [];
    for (const { name: app, instances } of delta.applications)
      for (const record of instances) {
        const old = this.#apps.get(app)?.get(record.id);
        switch (record.actionType) {
          case 'ADDED':
          case 'MODIFIED':
            if (old !== undefined && sameContent(old, record)) break;
            if (old === undefined) added.push({ app, record });
            this.#put(app, record);
            changed.add(app);
            break;
          case 'DELETED':
            if (wasCancelled(record)) cancelled.push({ app, record });
            else if (old !== undefined) lost.push({ app, record: old });
            if (old !== undefined) changed.add(app);
            this.#remove(app, record.id);
            break;
          case undefined:
            break;
        }
      }
    return { changed, added, cancelled, lost };
  }

  #put(app: AppName, record: InstanceRecord): void {
    const instances = this.#apps.get(app) ?? new Map<InstanceId, InstanceRecord>();
    const old = instances.get(record.id);
    if (old === undefined) this.#size++;
    else this.#counts[old.status]--;
    this.#counts[record.status]++;
    instances.set(record.id, record);
    this.#apps.set(app, instances);
  }

  #remove(app: AppName, id: InstanceId): void {
    const instances = this.#apps.get(app);
    const old = instances?.get(id);
    if (instances === undefined || old === undefined) return;
    instances.delete(id);
    if (instances.size === 0) this.#apps.delete(app);
    this.#counts[old.status]--;
    this.#size--;
  }
}

/**
 * A DELETED item of a stock server is a cancel or an eviction. `lastRenewalTimestamp` is the time a lease counts from,
 * so an instance taken out before its lease ran out was cancelled; anything unclear counts as run out.
 */
function wasCancelled(deleted: InstanceRecord): boolean {
  const lease = deleted.leaseInfo;
  if (lease === undefined || lease.evictionTimestamp <= 0) return false;
  return lease.evictionTimestamp <= lease.lastRenewalTimestamp + lease.durationInSecs * 1000;
}
