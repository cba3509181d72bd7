import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleaved, type Contender } from '../../../bench/interleave.ts';
import { joinTurns, type Slice } from '../../../bench/load/slice.ts';
import { median, percentile, ratios } from '../../../bench/statistics.ts';

test('all are warmed up first, all have a turn in every round, another one begins each time, every other round goes backwards', async () => {
  const turns: string[] = [];
  const contender = (name: string): Contender<number> => ({
    name,
    warmUp: async () => turns.push(`warm ${name}`),
    once: async () => turns.push(name),
  });
  const settle = async (): Promise<void> => void turns.push('-');
  const results = await interleaved(['a', 'b', 'c'].map(contender), 4, settle);
  assert.equal(turns.join(' '), 'warm a warm b warm c - a - b - c - a - c - b - c - a - b - c - b - a');
  assert.deepEqual(results.get('a'), [5, 11, 19, 27]);
});

test('who has several turns takes them alternately with the others who do, and they count as one', async () => {
  const turns: string[] = [];
  const contender = (name: string, count?: number): Contender<readonly string[]> => ({
    name,
    warmUp: async () => undefined,
    once: async () => {
      turns.push(name);
      return [`${name}${turns.length}`];
    },
    ...(count !== undefined && { turns: { count, join: (all) => all.flat() } }),
  });
  const all = [contender('slow'), contender('a', 3), contender('b', 3)];
  const results = await interleaved(all, 2, async () => undefined);
  assert.equal(turns.join(' '), 'slow a b b a b a slow b a b a b a');
  assert.deepEqual(results.get('slow'), [['slow1'], ['slow8']]);
  assert.deepEqual(results.get('a'), [
    ['a2', 'a5', 'a7'],
    ['a10', 'a12', 'a14'],
  ]);
});

test('who has fewer turns than others takes them all over the round', async () => {
  const turns: string[] = [];
  const contender = (name: string, count: number): Contender<string> => ({
    name,
    warmUp: async () => undefined,
    once: async () => {
      turns.push(name);
      return name;
    },
    turns: { count, join: (all) => all.join('') },
  });
  const results = await interleaved([contender('j', 3), contender('n', 8)], 1, async () => undefined);
  assert.deepEqual(
    results,
    new Map([
      ['j', ['jjj']],
      ['n', ['nnnnnnnn']],
    ]),
  );
  assert.match(turns.join(''), /^(jn|nj)nn(jn|nj)nn(jn|nj)n$/);
});

test('short slices together are one long slice', () => {
  const slice = (seconds: number, requests: number, cpu: number, p50Ms: number): Slice => ({
    seconds,
    requests,
    perSecond: requests / seconds,
    bytes: requests * 10,
    p50Ms,
    p99Ms: p50Ms * 2,
    p999Ms: p50Ms * 3,
    cpuSecondsPerThousand: (cpu / requests) * 1000,
  });
  const turns = [slice(1, 100, 0.5, 1), slice(3, 700, 3.5, 9), slice(1, 200, 1, 2)];
  const joined = joinTurns(turns);
  assert.deepEqual(joined, { ...slice(5, 1000, 5, 2), turns, cpuSecondsPerThousand: joined.cpuSecondsPerThousand });
  assert.ok(Math.abs(joined.cpuSecondsPerThousand - 5) < 1e-9);
});

test('ratios are taken round by round', () => {
  assert.deepEqual(ratios([10, 30], [5, 10]), [2, 3]);
  assert.throws(() => ratios([1], [1, 2]), /1 rounds against 2/);
});

test('medians and percentiles of few values lie between them', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([1, 2]), 1.5);
  assert.equal(percentile([0, 10], 99), 9.9);
  assert.throws(() => median([]), /no values/);
});
