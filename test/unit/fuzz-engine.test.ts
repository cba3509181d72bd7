import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneSided } from '../fuzz/engine/floors.ts';
import { target, type Verdict } from '../fuzz/engine/target.ts';
import { Trial } from '../fuzz/engine/trial.ts';

// What `npm run fuzz` notices of a target, whatever it is.

async function tried(inputs: number, read: (input: string) => unknown, judge: () => Verdict, maxBlockMs?: number) {
  const named = target('made-up', 'a target of this test', () => ({
    generate: (random) => `input ${random.below(1_000)}`,
    read,
    judge,
    growsTo: 0,
  }));
  const blocks = maxBlockMs === undefined ? {} : { maxBlockMs };
  const trial = await Trial.open(named, { seed: 1, from: 0, inputs, ...blocks });
  await trial.run(60_000, () => undefined);
  await trial.close();
  return { findings: trial.findings.map(({ error }) => error), tally: trial.tally };
}

test('inputs are counted by their ends, and those that have all the same end say nothing', async () => {
  let n = 0;
  const { findings, tally } = await tried(
    30,
    () => undefined,
    () => (n++ % 3 === 0 ? 'accepted' : 'refused'),
  );
  assert.deepEqual([findings, tally.tried, tally.accepted, tally.refused], [[], 30, 10, 20]);
  assert.equal(oneSided(tally), undefined);
  assert.equal(oneSided({ accepted: 1, refused: 10_000 }), undefined);
  assert.match(oneSided({ accepted: 0, refused: 1_000 }) ?? '', /^none of 1000 inputs was accepted/);
  assert.match(oneSided({ accepted: 1_000, refused: 0 }) ?? '', /^none of 1000 inputs was refused/);
  assert.equal(oneSided({ accepted: 0, refused: 5 }), undefined, 'a short run');
});

test('a call that keeps everybody waiting each time is a finding; one that did so once is none', async () => {
  const busy = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };
  const always = await tried(
    1,
    () => busy(30),
    () => 'accepted',
    20,
  );
  assert.match(always.findings[0] ?? '', /one call takes more than 20 ms/);
  let calls = 0;
  const once = await tried(
    1,
    () => busy(calls++ === 0 ? 2_000 : 0),
    () => 'accepted',
    1_500,
  );
  assert.deepEqual(once.findings, []);
  const later = await tried(
    1,
    async () => busy(30),
    () => 'accepted',
    20,
  );
  assert.deepEqual(later.findings, [], 'what answers later is measured by its targets');
});
