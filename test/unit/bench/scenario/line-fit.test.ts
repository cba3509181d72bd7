import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growth, type HeapPoint } from '../../../../bench/scenario/heap-growth.ts';
import { fitLine } from '../../../../bench/scenario/line-fit.ts';

const MB = 1024 * 1024;

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}

test('points on a line give that line, and it explains everything', () => {
  const { slope, intercept, rSquared } = fitLine([1, 2, 4, 8].map((x) => ({ x, y: 3 * x + 0.5 })));
  near(slope, 3);
  near(intercept, 0.5);
  near(rSquared, 1);
});

test('what goes up and down around one level has a slope that explains little', () => {
  const { slope, rSquared } = fitLine([0, 1, 0, 1, 0, 1, 0, 1].map((y, x) => ({ x, y })));
  assert.ok(Math.abs(slope) < 0.1 && rSquared < 0.1, `slope ${slope}, r² ${rSquared}`);
});

test('the figures of a textbook', () => {
  const { slope, intercept, rSquared } = fitLine([
    { x: 1, y: 2 },
    { x: 2, y: 4 },
    { x: 3, y: 5 },
    { x: 4, y: 4 },
    { x: 5, y: 5 },
  ]);
  near(slope, 0.6);
  near(intercept, 2.2);
  near(rSquared, 0.6);
});

test('one x is no line', () => {
  assert.throws(() => fitLine([{ x: 1, y: 2 }]), /no line through 1 points/);
});

test('a slow leak under the noise of collections shows as growth in a day', () => {
  const noise = [0.4, -0.3, 0.1, -0.2, 0.3, -0.4, 0.2, -0.1];
  const points = Array.from({ length: 16 }, (_, i): HeapPoint => {
    const hour = 9 + i;
    return { hour, heapUsed: (30 + 0.25 * hour + (noise[i % noise.length] ?? 0)) * MB, external: 0, resident: 0 };
  });
  const { bytesPerDay, rSquared } = growth(points, ({ heapUsed }) => heapUsed);
  assert.ok(Math.abs(bytesPerDay / MB - 6) < 0.5, `${bytesPerDay / MB} MB a day`);
  assert.ok(rSquared > 0.9);
});
