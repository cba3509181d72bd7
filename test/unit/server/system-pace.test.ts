import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemPaces } from '../../../server/system-pace.ts';

/** Longer than any hiccup of a busy machine. */
const PIECE_MS = 40;

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Turns of the event loop that pass until a rest is over, while each turn has `ms` of other work. */
async function turnsOfRest(ms: number): Promise<number> {
  const pace = systemPaces(PIECE_MS)();
  let turns = 0;
  let resting = true;
  // Queued before the rest, so that in every turn it comes before the piece would.
  const other = (): void => {
    if (!resting) return;
    turns++;
    work(ms);
    setImmediate(other);
  };
  setImmediate(other);
  await pace.rest();
  resting = false;
  return turns;
}

test('a rest lasts one turn; one more when something else has made that turn long, however long the next is', async () => {
  assert.equal(await turnsOfRest(0), 1);
  assert.equal(await turnsOfRest(3 * PIECE_MS), 2);
});

test('a piece is due after its time, or the share of it that was asked for', () => {
  const newPace = systemPaces(4 * PIECE_MS);
  const whole = newPace();
  const quarter = newPace(1 / 4);
  assert.ok(!whole.due());
  work(PIECE_MS);
  assert.ok(quarter.due());
});

test('jobs that rest together take turns: one piece in each', async () => {
  const newPace = systemPaces(PIECE_MS);
  const order: string[] = [];
  const job = async (name: string): Promise<void> => {
    const pace = newPace();
    for (let i = 0; i < 3; i++) {
      await pace.rest();
      order.push(name);
    }
  };
  await Promise.all([job('a'), job('b')]);
  assert.deepEqual(order, ['a', 'b', 'a', 'b', 'a', 'b']);
});
