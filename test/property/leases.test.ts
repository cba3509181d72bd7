import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Write } from '../../server/ports/writes.ts';
import { LeasesSource } from '../../server/sources/leases/leases-source.ts';
import { evictionLimit } from '../../shared/lease/eviction.ts';
import type { SelfPreservationMode } from '../../shared/lease/self-preservation.ts';
import { steps } from '../support/lease-arbitraries.ts';
import { LeaseSink, NOW } from '../support/lease-world.ts';
import { endlessSlice } from '../support/time-slices.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { NO_METRICS } from '../support/no-metrics.ts';
import { SILENT_LOG } from '../support/silent-log.ts';

const RUN_EVERY_MS = 60_000;

/** The source beside a model of the leases. */
class Observed {
  readonly #clock = new SteppedClock(NOW);
  readonly #sink = new LeaseSink();
  readonly #source: LeasesSource;
  readonly #registered = new Set<string>();

  constructor(selfPreservation: SelfPreservationMode) {
    const expiry = { selfPreservation, evictionIntervalMs: RUN_EVERY_MS };
    this.#source = new LeasesSource({
      clock: this.#clock,
      random: () => 0.5,
      log: SILENT_LOG,
      metrics: NO_METRICS,
      newTimeSlice: endlessSlice,
      expiry,
    });
    this.#source.start(this.#sink);
  }

  async write(write: Write): Promise<void> {
    const before = new Set(this.#sink.instances);
    const { updates } = this.#sink;
    const { status } = this.#source.apply(write);
    const key = `${write.app}/${write.id}`;
    const was = this.#registered.has(key);
    if (write.kind === 'register') this.#registered.add(key);
    if (write.kind === 'cancel') this.#registered.delete(key);

    if (write.kind === 'register') assert.equal(status, 204);
    else if (!was) assert.equal(status, 404);
    else if (write.kind === 'cancel') assert.equal(status, 200);
    else assert.ok(status === 200 || status === 404);
    if (write.kind === 'renew' || status === 404) {
      assert.equal(this.#sink.updates, updates, 'a heartbeat or a refused write was contributed');
    }
    const changed = this.#sink.instances.filter((record) => !before.has(record));
    assert.ok(
      changed.every((record) => record.id === write.id),
      'instances of another id changed',
    );
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= RUN_EVERY_MS) this.#passOneRun(Math.min(left, RUN_EVERY_MS));
  }

  checkCounts(): void {
    const served = this.#served();
    assert.equal(served.length, this.#registered.size, 'an instance is missing or served twice');
    assert.deepEqual(new Set(served), this.#registered);
    assert.ok([...this.#sink.view.values()].every(({ instances }) => instances.length > 0));
    const { detail } = this.#source.health();
    const expected = Number(detail['expectedClients']);
    assert.equal(detail['instances'], this.#registered.size);
    assert.equal(detail['applications'], this.#sink.view.size);
    assert.ok(expected >= 0 && expected <= this.#registered.size);
    assert.equal(detail['renewalThreshold'], Math.floor(expected * 2 * 0.85));
  }

  #passOneRun(ms: number): void {
    const size = this.#registered.size;
    const { updates } = this.#sink;
    this.#clock.advance(ms);
    const served = new Set(this.#served());
    const gone = [...this.#registered].filter((key) => !served.has(key));
    assert.ok(gone.length <= evictionLimit(size), `${gone.length} of ${size} went in one run`);
    assert.equal(this.#sink.updates - updates, gone.length > 0 ? 1 : 0);
    for (const key of gone) this.#registered.delete(key);
  }

  #served(): readonly string[] {
    return this.#sink.instances.map((record) => `${record.app}/${record.id}`);
  }
}

test('whatever clients do, exactly the instances with a lease are served, and the counts agree', async (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const property = fc.asyncProperty(fc.constantFrom('on', 'off'), steps, async (mode, sequence) => {
    const observed = new Observed(mode);
    for (const step of sequence) {
      if (step.kind === 'write') await observed.write(step.write);
      else observed.pass(step.ms);
      observed.checkCounts();
    }
  });
  await fc.assert(property, { seed, numRuns: 100 });
});
