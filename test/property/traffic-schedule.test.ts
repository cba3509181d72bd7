import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeSteps, positionAt } from '../../shared/contribution/schedule.ts';
import type { Schedule } from '../../shared/contribution/traffic.ts';
import { parseAnnotations } from '../../shared/ingress/annotations.ts';
import { JumpingClock } from '../support/jumping-clock.ts';
import { ScheduledHub } from '../support/scheduled-hub.ts';

// Whatever is written and whatever clocks do: replicas that are in time with each other serve the same, and what they
// serve is what a naive reading of the schedule says.

const NOW = Date.parse('2026-10-25T00:30:00Z');
const DAY = 86_400_000;

const aPercent = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1000);
const aStep = fc.record(
  { percent: aPercent, lasts: fc.integer({ min: 1000, max: 3 * DAY }) },
  { noNullPrototype: true },
);
const steps = fc
  .array(aStep, { minLength: 2, maxLength: 50 })
  .map((all) => all.map((step, i) => (i === all.length - 1 ? { ...step, lasts: 0 } : step)));

/** A start as somebody may write it: with any offset, with or without a fraction. */
const aStart = fc
  .record({
    at: fc.integer({ min: NOW - 5 * DAY, max: NOW + 5 * DAY }),
    offset: fc.integer({ min: -1439, max: 1439 }),
    fraction: fc.boolean(),
  })
  .map(({ at, offset, fraction }) => {
    const startsAt = fraction ? at : at - (at % 1000);
    const local = new Date(startsAt + offset * 60_000).toISOString();
    const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
    const sign = offset < 0 ? '-' : '+';
    const written = `${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
    return { startsAt, text: (fraction ? local.slice(0, -1) : local.slice(0, -5)) + written };
  });

/** Each millisecond belongs to the step whose time it is in; before all of them it is 0. */
function naiveShare({ startsAt, steps: all }: Schedule, now: number): number {
  const begins = all.map((_, i) => all.slice(0, i).reduce((sum, { lasts }) => sum + lasts, startsAt));
  return all[begins.findLastIndex((begin) => begin <= now)]?.percent ?? 0;
}

test('what is written is what counts, whatever the offset, at any moment', () => {
  fc.assert(
    fc.property(steps, aStart, fc.integer({ min: -10 * DAY, max: 160 * DAY }), (all, start, after) => {
      const schedule: Schedule = { kind: 'schedule', startsAt: start.startsAt, steps: all };
      const read = parseAnnotations({
        'eurek8s.io/traffic': describeSteps(schedule),
        'eurek8s.io/traffic-start': start.text,
      });
      assert.ok(read.ok);
      assert.deepEqual(read.value.traffic, schedule);
      const { percent, next } = positionAt(schedule, NOW + after);
      assert.equal(percent, naiveShare(schedule, NOW + after));
      if (next === undefined) return assert.equal(percent, all.at(-1)?.percent);
      assert.ok(next.at > NOW + after);
      assert.equal(next.percent, naiveShare(schedule, next.at));
      assert.equal(naiveShare(schedule, next.at - 1), percent);
    }),
    { numRuns: 1000 },
  );
});

/** What happens to one replica before the moment at which it is compared. */
const aLife = fc.record({
  /** How long before the moment it was started (milliseconds). */
  age: fc.integer({ min: 0, max: DAY }),
  /** Where its clock was wrong meanwhile; it is right again two minutes before the moment. */
  jumps: fc.array(fc.integer({ min: -10 * DAY, max: 10 * DAY }), { maxLength: 3 }),
});

const SETTLED = 120_000;

test('replicas with any past serve the same at one moment, and what the schedule says', () => {
  fc.assert(
    fc.property(steps, aStart, fc.array(aLife, { minLength: 2, maxLength: 3 }), (all, { startsAt }, lives) => {
      const schedule: Schedule = { kind: 'schedule', startsAt, steps: all };
      const replicas = lives.map(({ age, jumps }) => {
        const clock = new JumpingClock(NOW - age - SETTLED);
        const replica = new ScheduledHub(clock, schedule);
        for (const jump of jumps) {
          clock.jump(jump);
          clock.advance(Math.floor(age / jumps.length / 2));
          clock.jump(-jump);
        }
        clock.advance(NOW - SETTLED / 2 - clock.now());
        // So that the comparison is not within the window in which a change is gathered.
        clock.advance(SETTLED / 2);
        replica.stop();
        return replica;
      });
      const fresh = new ScheduledHub(new JumpingClock(NOW), schedule);
      fresh.stop();
      const last = positionAt(schedule, NOW);
      const justNow = positionAt(schedule, NOW - 200).step !== last.step;
      for (const replica of justNow ? [] : replicas) {
        assert.deepEqual(replica.served(), fresh.served());
        assert.deepEqual(replica.dial(), fresh.dial());
      }
      assert.deepEqual(fresh.dial()?.schedule, last);
    }),
    { numRuns: 60 },
  );
});
