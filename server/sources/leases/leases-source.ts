import { DEFAULT_EXPIRY, type ExpiryOptions } from '../../../shared/lease/expiry.ts';
import { type LeaseEffect, LeaseRegistry } from '../../../shared/lease/lease-registry.ts';
import type { OverrideScope } from '../../../shared/lease/override-map.ts';
import { type AppName, type InstanceId, sourceId, type SourceId } from '../../../shared/model/names.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { leaseRegistryState } from '../../../shared/lease/registry-state.ts';
import { runInSlices, type NewTimeSlice, type Steps } from '../../../shared/time-slice.ts';
import type { AppContribution } from '../../../shared/contribution/contribution.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { ContributionSink, Restored, Source, SourceHealth, SourceMemory, Urgency } from '../../ports/source.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Replicas } from '../../ports/replicas.ts';
import type { KeptLeases, Write, WriteOutcome } from '../../ports/writes.ts';
import { NOT_RUNNING, outcomeOf, REGISTERED } from './lease-outcomes.ts';
import { leaseReplicas } from './lease-replicas.ts';

/** Expired leases that one line of the log names; its count has all of them. */
const MAX_EVICTED_IN_LOG = 100;
/** Leases that are evicted in one step: a fraction of a millisecond. */
const EVICTED_PER_STEP = 50;

export interface LeasesSourceParts {
  readonly clock: Clock;
  /** Picks which of the expired leases go first. */
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly newTimeSlice: NewTimeSlice;
  readonly expiry?: ExpiryOptions;
  /** Absent: as in stock. */
  readonly overridden?: OverrideScope;
  /** Absent: the registry of our own. */
  readonly id?: SourceId;
  /** That nobody writes for long is as it should be, and no sign of a fault. */
  readonly mayBeSilent?: true;
}

/**
 * A registry that keeps what clients register here, for as long as their heartbeats come: the registry of our own, or the
 * absorbed leases. There is no upstream, so the source is synced from its start, with what was restored or nothing in it.
 */
export class LeasesSource implements Source, KeptLeases {
  readonly id: SourceId;
  readonly world = 'legacy';
  readonly required = true;
  /** Takes the changes that another server replicates. */
  readonly replicas: Replicas;
  readonly #parts: LeasesSourceParts;
  readonly #registry: LeaseRegistry;
  readonly #evictionIntervalMs: number;
  #sink: ContributionSink | undefined;
  #lastWriteAt: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #eviction: Promise<void> = Promise.resolve();

  constructor(parts: LeasesSourceParts) {
    const expiry = parts.expiry ?? DEFAULT_EXPIRY;
    this.id = parts.id ?? sourceId('leases');
    this.#parts = parts;
    this.#registry = new LeaseRegistry(parts.clock.now(), expiry, parts.overridden);
    this.#evictionIntervalMs = expiry.evictionIntervalMs;
    this.replicas = leaseReplicas({
      registry: this.#registry,
      clock: parts.clock,
      isRunning: () => this.#sink !== undefined,
      publish: (changed) => this.#contribute(changed, 'now'),
    });
  }

  restore({ contributions, state }: Restored): void {
    const { clock, log } = this.#parts;
    const records = [...contributions.values()].flatMap(({ instances }) => instances);
    this.#registry.restore(records, leaseRegistryState.read(state), clock.now());
    log.info({ source: this.id, instances: records.length }, 'leases were restored: each begins anew');
  }

  memory(): SourceMemory {
    const now = this.#parts.clock.now();
    return { asOf: now, state: leaseRegistryState.write(this.#registry.state(now)) };
  }

  /** The hub has what was restored. */
  start(sink: ContributionSink): void {
    this.#sink = sink;
    sink.synced();
    this.#scheduleEviction();
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#sink = undefined;
    await this.#eviction;
  }

  /** Applies the write before it returns, so writes keep their order without a queue. */
  apply(write: Write): WriteOutcome {
    if (this.#sink === undefined) return NOT_RUNNING;
    const now = this.#parts.clock.now();
    const effect = this.#effectOf(write, now);
    if (effect.outcome === 'done') this.#lastWriteAt = now;
    if (effect.changed.length > 0) this.#contribute(effect.changed, 'now');
    return write.kind === 'register' ? REGISTERED : outcomeOf(effect.outcome);
  }

  current(app: AppName, id: InstanceId): InstanceRecord | undefined {
    return this.#registry.current(app, id);
  }

  /** How many leases there are. */
  get size(): number {
    return this.#registry.size;
  }

  health(): SourceHealth {
    const now = this.#parts.clock.now();
    const report = this.#registry.preservation(now);
    return {
      state: this.#sink === undefined ? 'starting' : 'synced',
      lastSuccessAt: this.#parts.mayBeSilent === true ? undefined : this.#lastWriteAt,
      lastError: undefined,
      detail: {
        instances: this.#registry.size,
        applications: this.#registry.applications,
        statusOverrides: this.#registry.overrides,
        expectedClients: report.expectedClients,
        expectedRenewalsPerMinute: report.expectedRenewals,
        renewalsLastMinute: report.renewalsLastMinute,
        renewalThreshold: report.threshold,
        selfPreservation: report.state,
        selfPreservationReason: report.text,
        ...(report.since === undefined ? {} : { selfPreservationSince: report.since }),
        ...(report.endsAt === undefined ? {} : { selfPreservationEndsAt: report.endsAt }),
      },
    };
  }

  #effectOf(write: Write, now: number): LeaseEffect {
    const registry = this.#registry;
    switch (write.kind) {
      case 'register':
        return registry.register(write.record, now);
      case 'renew':
        return registry.renew(write.app, write.id, write.lastDirtyTimestamp, now);
      case 'cancel':
        return registry.cancel(write.app, write.id, now);
      case 'set-status':
        return registry.setStatus(write.app, write.id, write.status, write.lastDirtyTimestamp, now);
      case 'remove-status':
        return registry.removeStatus(write.app, write.id, write.status, write.lastDirtyTimestamp, now);
      case 'metadata':
        return registry.mergeMetadata(write.app, write.id, write.entries, now);
      default:
        return write satisfies never;
    }
  }

  #scheduleEviction(): void {
    this.#cancelTimer = this.#parts.clock.after(this.#evictionIntervalMs, () => {
      this.#eviction = this.#evict();
      this.#scheduleEviction();
    });
  }

  /** Never rejects. Of 100,000 instances 15,000 may expire in one run, so it works in slices, and the hub does too. */
  async #evict(): Promise<void> {
    const { log, metrics, newTimeSlice } = this.#parts;
    try {
      await runInSlices(this.#evictSteps(), newTimeSlice());
    } catch (error) {
      // The next run tries again. No instance is evicted for a fault of ours.
      metrics.count('application_faults', { stage: 'evict' });
      log.error({ err: error }, 'an eviction run broke off');
    }
  }

  *#evictSteps(): Steps<void> {
    const { clock, random, log } = this.#parts;
    const instances: string[] = [];
    let evicted = 0;
    let changed = new Set<AppName>();
    try {
      for (const { record } of this.#registry.evict(clock.now(), random)) {
        evicted++;
        changed.add(record.app);
        if (instances.length < MAX_EVICTED_IN_LOG) instances.push(`${record.app}/${record.id}`);
        if (evicted % EVICTED_PER_STEP > 0) continue;
        this.#contribute(changed, 'coalesced');
        changed = new Set();
        yield;
      }
    } finally {
      this.#contribute(changed, 'coalesced');
      if (evicted > 0) log.info({ source: this.id, evicted, left: this.#registry.size, instances }, 'leases expired');
    }
  }

  #contribute(changed: Iterable<AppName>, urgency: Urgency): void {
    const changes = new Map<AppName, AppContribution | undefined>();
    for (const app of changed) changes.set(app, this.#contribution(app));
    if (changes.size > 0) this.#sink?.update(changes, urgency);
  }

  #contribution(app: AppName): AppContribution | undefined {
    const instances = this.#registry.records(app);
    return instances === undefined ? undefined : { instances, publications: [], refusals: [] };
  }
}
