import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce, untilDecided, type Contender } from '../../../bench/rounds.ts';
import type { Verdict } from '../../../bench/verdict.ts';

const say = (): void => undefined;

test('all are warmed up first, all have a turn in every round, another one begins each time, every other round goes backwards', async () => {
  const turns: string[] = [];
  const contender = (name: string): Contender<number> => ({
    name,
    warmUp: async () => turns.push(`warm ${name}`),
    once: async () => turns.push(name),
  });
  const settle = async (): Promise<void> => void turns.push('-');
  const bench = { rounds: 4, patience: 1, say };
  const { rounds } = await untilDecided(bench, ['a', 'b', 'c'].map(contender), () => [], settle);
  assert.equal(turns.join(' '), 'warm a warm b warm c - a - b - c - a - c - b - c - a - b - c - b - a');
  assert.deepEqual(rounds.get('a'), [5, 11, 19, 27]);
});

/** Rounds are measured with a patience of 3; those that `samples` has for the verdict after each step. */
async function roundsWith(...samples: readonly (readonly number[])[]): Promise<number> {
  const contender = { name: 'a', warmUp: async () => 0, once: async () => 0 };
  const judge = (rounds: ReadonlyMap<string, readonly number[]>): readonly Verdict[] => {
    const step = (rounds.get('a')?.length ?? 0) / 5 - 1;
    return [{ what: 'ratio', samples: samples[step] ?? [], unit: '×', bar: 1, sense: 'at least' }];
  };
  const { rounds, verdicts } = await untilDecided({ rounds: 5, patience: 3, say }, [contender], judge);
  assert.deepEqual(verdicts[0]?.samples, samples.at(-1), 'what is reported is judged over all rounds');
  return rounds.get('a')?.length ?? 0;
}

test('what is decided is not measured further', async () => {
  assert.equal(await roundsWith([2, 3]), 5);
});

test('a ratio whose interval covers its bar is measured further until it is decided', async () => {
  assert.equal(await roundsWith([0.5, 2], [0.5, 0.6]), 10);
});

test('what stays undecided ends all the same, after three times the rounds', async () => {
  assert.equal(await roundsWith([0.5, 2], [0.5, 2], [0.9, 1.1]), 15);
});

test('at once: all begin before one of them ends, the first of a round is the last of the next', async () => {
  const turns: string[] = [];
  const contender = (name: string): Contender<number> => ({
    name,
    warmUp: async () => turns.push(`warm ${name}`),
    once: async () => {
      turns.push(name);
      await new Promise(setImmediate);
      return turns.push(`end ${name}`);
    },
  });
  const settle = async (): Promise<void> => void turns.push('-');
  const rounds = await atOnce(2, ['a', 'b'].map(contender), settle);
  assert.equal(turns.join(' '), 'warm a warm b - a b end a end b - b a end b end a');
  assert.deepEqual(rounds.get('b'), [7, 11]);
});
