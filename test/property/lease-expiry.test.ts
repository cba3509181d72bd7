import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Write } from '../../server/ports/writes.ts';
import { evictionLimit } from '../../shared/lease/eviction.ts';
import type { PreservationReport } from '../../shared/lease/explain-preservation.ts';
import { LeaseRegistry } from '../../shared/lease/lease-registry.ts';
import type { SelfPreservationMode } from '../../shared/lease/self-preservation.ts';
import { steps } from '../support/lease-arbitraries.ts';
import { NOW } from '../support/lease-world.ts';

/** When a lease may go at the earliest: after one duration, or after two when it was ever renewed. */
class ExpiryModel {
  readonly #registry: LeaseRegistry;
  readonly #leases = new Map<string, { readonly durationMs: number; readonly expiresAt: number }>();

  constructor(mode: SelfPreservationMode) {
    this.#registry = new LeaseRegistry(NOW, { selfPreservation: mode, evictionIntervalMs: 60_000 });
  }

  write(write: Write, now: number): void {
    const registry = this.#registry;
    const { app, id } = write;
    switch (write.kind) {
      case 'register':
        registry.register(write.record, now);
        return this.#started(`${app}/${id}`, (write.record.leaseInfo?.durationInSecs || 90) * 1000, now);
      case 'renew': {
        const { outcome } = registry.renew(app, id, write.lastDirtyTimestamp, now);
        return outcome === 'done' || outcome === 'newer-data' ? this.#renewed(`${app}/${id}`, now) : undefined;
      }
      case 'set-status': {
        const { outcome } = registry.setStatus(app, id, write.status, write.lastDirtyTimestamp, now);
        return outcome === 'done' ? this.#renewed(`${app}/${id}`, now) : undefined;
      }
      case 'remove-status': {
        const { outcome } = registry.removeStatus(app, id, write.status, write.lastDirtyTimestamp, now);
        return outcome === 'done' ? this.#renewed(`${app}/${id}`, now) : undefined;
      }
      case 'metadata': {
        if (registry.mergeMetadata(app, id, write.entries, now).outcome !== 'done') return;
        const record = registry.records(app)?.find((candidate) => candidate.id === id);
        return this.#started(`${app}/${id}`, (record?.leaseInfo?.durationInSecs ?? 0) * 1000, now);
      }
      case 'cancel':
        registry.cancel(app, id, now);
    }
  }

  evict(now: number, random: () => number): number {
    const { size } = this.#registry;
    const before = this.#registry.preservation(now);
    const evicted = [...this.#registry.evict(now, random)];
    assert.ok(evicted.length <= evictionLimit(size));
    assert.equal(this.#registry.size, size - evicted.length);
    if (evicted.length > 0) assert.ok(mayExpire(before, now), `evicted although ${before.text}`);
    for (const { record } of evicted) {
      const expiresAt = this.#leases.get(`${record.app}/${record.id}`)?.expiresAt ?? Infinity;
      assert.ok(now > expiresAt, `${record.id} was evicted ${expiresAt - now} ms early`);
    }
    return evicted.length;
  }

  #started(key: string, durationMs: number, now: number): void {
    this.#leases.set(key, { durationMs, expiresAt: now + durationMs });
  }

  #renewed(key: string, now: number): void {
    const durationMs = this.#leases.get(key)?.durationMs ?? 0;
    this.#leases.set(key, { durationMs, expiresAt: now + 2 * durationMs });
  }
}

function mayExpire(report: PreservationReport, now: number): boolean {
  if (report.cause === 'disabled') return true;
  const isProtectionOver = report.endsAt !== undefined && report.endsAt <= now;
  return (report.threshold > 0 && report.renewalsLastMinute > report.threshold) || isProtectionOver;
}

for (const mode of ['on', 'off'] as const) {
  test(`self-preservation ${mode}: only expired leases go, only when leases may expire, at most 15 percent in a run`, (t) => {
    const seed = Date.now() % 2 ** 31;
    t.diagnostic(`seed ${seed}`);
    let evictions = 0;
    const draws = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    const property = fc.property(steps, draws, (sequence, randoms) => {
      const model = new ExpiryModel(mode);
      let now = NOW;
      for (const step of sequence) {
        if (step.kind === 'write') model.write(step.write, now);
        else evictions += model.evict((now += step.ms), () => randoms.next().value);
      }
    });
    fc.assert(property, { seed, numRuns: 100 });
    t.diagnostic(`${evictions} evictions`);
  });
}
