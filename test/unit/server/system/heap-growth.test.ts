import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growHeapAtFirst, type Heap } from '../../../../server/system/heap-growth.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

const USUAL = '--heap-growing-percent=60';
const AT_FIRST = '--heap-growing-percent=300';
const MIB = 2 ** 20;

function started(execArgv: readonly string[]) {
  const state = { known: false, used: 20 * MIB };
  const flags: string[] = [];
  const heap: Heap = {
    setFlagsFromString: (each) => void flags.push(each),
    getHeapStatistics: () => ({ used_heap_size: state.used }),
  };
  const clock = new SteppedClock();
  growHeapAtFirst(execArgv, clock, () => state.known, heap);
  return { state, flags, clock };
}

test('the heap grows further until a second after the registry is known, and then as the arguments say', () => {
  const { state, flags, clock } = started(['--no-parallel-scavenge', USUAL]);
  clock.advance(60_000);
  assert.deepEqual(flags, [AT_FIRST]);
  state.known = true;
  clock.advance(1_000);
  assert.deepEqual(flags, [AT_FIRST]);
  clock.advance(1_000);
  assert.deepEqual(flags, [AT_FIRST, USUAL]);
  assert.equal(clock.pending, 0);
});

test('a large registry ends it, known or not', () => {
  const { state, flags, clock } = started([USUAL]);
  state.used = 65 * MIB;
  clock.advance(1_000);
  assert.deepEqual(flags, [AT_FIRST, USUAL]);
  assert.equal(clock.pending, 0);
});

test('without the argument nothing is changed', () => {
  assert.deepEqual(started(['--heap-growing-percentage=60', '--no-parallel-scavenge']).flags, []);
});
