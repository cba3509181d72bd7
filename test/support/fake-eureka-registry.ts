/** An instance as JSON carries it. */
export type InstanceJson = Readonly<Record<string, unknown>> & {
  readonly instanceId: string;
  readonly app: string;
  readonly status: string;
};

interface Recent {
  readonly at: number;
  readonly instance: InstanceJson;
}

export interface Listing {
  readonly hash: string;
  readonly applications: readonly { readonly name: string; readonly instance: readonly InstanceJson[] }[];
}

/** The registry of a small Eureka: leases without automatic eviction, overrides, the queue of recent changes. */
export class FakeRegistry {
  readonly #instances = new Map<string, InstanceJson>();
  readonly #overrides = new Map<string, string>();
  #recent: Recent[] = [];
  #clock = Date.now();
  #ahead = 0;
  /** Milliseconds for which changes are in the delta. */
  retention = 180_000;

  /** Milliseconds by which its clock is ahead of ours. */
  setAhead(ms: number): void {
    this.#ahead = ms;
    this.#clock = 0;
  }

  register(body: InstanceJson): void {
    const app = body.app.toUpperCase();
    const old = this.find(app, body.instanceId);
    const now = this.#now();
    const lease = { renewalIntervalInSecs: 30, durationInSecs: 90, ...(body['leaseInfo'] as object | undefined) };
    const times = {
      registrationTimestamp: now,
      lastRenewalTimestamp: now,
      evictionTimestamp: 0,
      serviceUpTimestamp: now,
    };
    const override = this.#overrides.get(body.instanceId);
    // What is newer by the client's own time stamp stays.
    const kept =
      old !== undefined && Number(old['lastDirtyTimestamp']) > Number(body['lastDirtyTimestamp']) ? old : body;
    let status = body.status;
    if (status === 'UP' || status === 'OUT_OF_SERVICE')
      status = override ?? (old?.status === 'UP' || old?.status === 'OUT_OF_SERVICE' ? old.status : status);
    this.#put(
      { ...kept, app, status, overriddenStatus: override ?? 'UNKNOWN', leaseInfo: { ...lease, ...times } },
      'ADDED',
    );
  }

  find(app: string, id: string): InstanceJson | undefined {
    return this.#instances.get(`${app.toUpperCase()}/${id}`);
  }

  /** `expired`: removed by eviction instead of by a cancel of the instance. */
  remove(app: string, id: string, how: 'cancelled' | 'expired' = 'cancelled'): boolean {
    const old = this.find(app, id);
    if (old === undefined) return false;
    this.#instances.delete(`${old.app}/${id}`);
    this.#overrides.delete(id);
    const now = this.#now();
    const lease = old['leaseInfo'] as { durationInSecs: number; lastRenewalTimestamp: number };
    const late = how === 'expired' ? lease.lastRenewalTimestamp + lease.durationInSecs * 1000 + 1 : now;
    const leaseInfo = { ...lease, evictionTimestamp: late };
    this.#queue({ ...old, leaseInfo, actionType: 'DELETED', lastUpdatedTimestamp: String(now) });
    return true;
  }

  setStatus(app: string, id: string, status: string): boolean {
    const old = this.find(app, id);
    if (old === undefined) return false;
    if (old.status === status) return true;
    this.#overrides.set(id, status);
    this.#put({ ...old, status, overriddenStatus: status }, 'MODIFIED');
    return true;
  }

  removeStatus(app: string, id: string, status: string): boolean {
    const old = this.find(app, id);
    if (old === undefined) return false;
    if (this.#overrides.delete(id)) this.#put({ ...old, status, overriddenStatus: 'UNKNOWN' }, 'MODIFIED');
    return true;
  }

  setMetadata(app: string, id: string, entries: Readonly<Record<string, string>>): boolean {
    const old = this.find(app, id);
    if (old === undefined) return false;
    const metadata = { ...(old['metadata'] as object | undefined), ...entries };
    this.#put({ ...old, metadata }, 'ADDED');
    return true;
  }

  /** As after a restart: no registrations and no recent changes. */
  clear(): void {
    this.#instances.clear();
    this.#overrides.clear();
    this.#recent = [];
  }

  /** As when a poller was away for longer than changes are kept. */
  forgetRecent(): void {
    this.#recent = [];
  }

  full(): Listing {
    return { hash: this.#hash(), applications: grouped(this.#instances.values()) };
  }

  delta(): Listing {
    this.#recent = this.#recent.filter(({ at }) => at > Date.now() - this.retention);
    return { hash: this.#hash(), applications: grouped(this.#recent.map(({ instance }) => instance)) };
  }

  #put(instance: InstanceJson, actionType: string): void {
    const changed = { ...instance, actionType, lastUpdatedTimestamp: String(this.#now()) };
    this.#instances.set(`${instance.app}/${instance.instanceId}`, changed);
    this.#queue(changed);
  }

  /** One change per id, the latest last. */
  #queue(instance: InstanceJson): void {
    this.#recent = this.#recent.filter(
      (item) => item.instance.app !== instance.app || item.instance.instanceId !== instance.instanceId,
    );
    this.#recent.push({ at: Date.now(), instance });
  }

  /** Strictly increasing, so that no two changes have the same time stamp. */
  #now(): number {
    this.#clock = Math.max(this.#clock + 1, Date.now() + this.#ahead);
    return this.#clock;
  }

  #hash(): string {
    const counts = new Map<string, number>();
    for (const { status } of this.#instances.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
    return [...counts.keys()]
      .toSorted()
      .map((status) => `${status}_${counts.get(status)}_`)
      .join('');
  }
}

function grouped(instances: Iterable<InstanceJson>): Listing['applications'] {
  const apps = Map.groupBy(instances, ({ app }) => app);
  return [...apps].map(([name, instance]) => ({ name, instance }));
}
