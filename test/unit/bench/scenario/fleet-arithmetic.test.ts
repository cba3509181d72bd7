import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsOf, predictedPer1000, readCpu, type Measured } from '../../../../bench/scenario/fleet-arithmetic.ts';

/** Round figures: a delta of 1 KB costs 50 µs, a full answer of 1 MB 250 µs, a heartbeat 100 µs. */
const measured: Measured = {
  costs: {
    delta: { cpu: 50e-6, bytes: 1_000 },
    full: { cpu: 250e-6, bytes: 1_001_000 },
    heartbeat: { cpu: 100e-6, bytes: 0 },
  },
  bytesPerChange: 100,
  factor: 1,
  fullBytesPerInstance: 40,
};

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.abs(expected), `${actual}, not ${expected}`);
}

test('the cost of a read lies on the line through a small and a large answer', () => {
  near(readCpu(measured.costs, 1_000), 50e-6);
  near(readCpu(measured.costs, 501_000), 150e-6);
});

test('1,000 clients poll and renew 33 times a second', () => {
  near(predictedPer1000(measured.costs), (1000 / 30) * 150e-6);
});

test('a quiet fleet of 30,000: 1,000 polls and 1,000 heartbeats a second', () => {
  const needs = needsOf({ instances: 30_000, clients: 30_000, changes: 0 }, measured);
  near(needs.requestsPerSecond, 2_000);
  near(needs.bytesPerSecond, 1_000 * needs.deltaBytes);
  near(needs.cores, 1_000 * (readCpu(measured.costs, needs.deltaBytes) + 100e-6));
  assert.equal(needs.replicas, 4, 'three by their connections, and one to spare');
});

test('what changes within the window makes the delta, and never more than there is', () => {
  const { deltaBytes } = needsOf({ instances: 100_000, clients: 1, changes: 10 }, measured);
  assert.ok(deltaBytes > 300_000 && deltaBytes < 301_000);
  assert.ok(needsOf({ instances: 600, clients: 1, changes: 50 }, measured).deltaBytes < 61_000);
});

test('requests that come one by one cost the measured factor more', () => {
  const fleet = { instances: 10_000, clients: 10_000, changes: 1 };
  near(needsOf(fleet, { ...measured, factor: 1.4 }).cores, 1.4 * needsOf(fleet, measured).cores);
});
