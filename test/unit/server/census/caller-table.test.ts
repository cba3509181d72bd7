import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CallerTable,
  countRead,
  countWriting,
  MAX_CALLERS,
  MAX_CALLERS_OF_ADDRESS,
  type CallerKey,
} from '../../../../server/census/caller-table.ts';
import { appName } from '../../../../shared/model/names.ts';

function key(address: string, userAgent = 'client/1'): CallerKey {
  return { address, userAgent, identity: { name: undefined, version: undefined, id: undefined }, credentials: [] };
}

test('one that says the same of itself is one caller, whatever its number of connections', () => {
  const table = new CallerTable();
  const row = table.row(key('10.0.0.1'), 1);
  assert.equal(table.row(key('10.0.0.1'), 2), row);
  assert.notEqual(table.row(key('10.0.0.1', 'client/2'), 2), row);
  assert.notEqual(table.row({ ...key('10.0.0.1'), credentials: ['fleet'] }, 2), row);
  assert.equal(table.callers.length, 3);
});

test('a flood of callers drives out those that were seen longest ago, and is counted', () => {
  const table = new CallerTable();
  const first = table.row(key('10.0.0.1'), 1);
  const busy = table.row(key('10.0.0.2'), 2);
  assert.ok(first !== undefined && busy !== undefined);
  countRead(busy, { kind: 'full' }, 1_000_000);
  for (let i = 0; i < 2 * MAX_CALLERS; i++) {
    table.row(key(`2001:db8::${i.toString(16)}`), i + 10);
    if (i % 1000 === 0) assert.ok(table.callers.length <= MAX_CALLERS);
  }
  assert.deepEqual([first.forgotten, busy.forgotten], [true, false]);
  assert.ok(table.forgotten >= MAX_CALLERS);
});

test('a caller of the day before yesterday goes uncounted', () => {
  const table = new CallerTable();
  for (let i = 0; i < MAX_CALLERS; i++) table.row(key(`2001:db8::${i.toString(16)}`), 1);
  table.row(key('10.0.0.1'), 2 * 86_400_000);
  assert.ok(table.callers.length < MAX_CALLERS);
  assert.equal(table.forgotten, 0);
});

test('one address cannot drive out the others by changing what it says of itself', () => {
  const table = new CallerTable();
  const other = table.row(key('10.0.0.2'), 0);
  for (let i = 0; i < 3 * MAX_CALLERS_OF_ADDRESS; i++) table.row(key('10.0.0.1', `client/${i}`), i + 1);
  assert.equal(table.callers.length, MAX_CALLERS_OF_ADDRESS + 1);
  assert.equal(other?.forgotten, false);
  assert.equal(table.forgotten, 2 * MAX_CALLERS_OF_ADDRESS);
});

test('names of one caller are bounded: those in use stay, and requests about others are counted', () => {
  const row = new CallerTable().row(key('10.0.0.1'), 0);
  assert.ok(row !== undefined);
  const use = (i: number, now: number): void => {
    countRead(row, { kind: 'vip', name: `v-${i}` }, now);
    countWriting(row, appName(`a-${i}`), 'renew', now);
  };
  for (let round = 0; round < 40; round++) for (let i = 0; i < 300; i++) use(i, round * 30_000);
  assert.deepEqual([row.lookups.size, row.registers.size, row.reads.vip], [100, 100, 12_000]);
  assert.deepEqual(row.notKept, { lookups: 8000, registers: 8000 });
  assert.equal(row.registers.get(appName('a-7'))?.renew, 40);
  // Half of them fall silent. Ten minutes later each new name takes the place of one of them, and of no other.
  for (let minute = 20; minute < 32; minute++) for (let i = 50; i < 100; i++) use(i, minute * 60_000);
  use(1000, 32 * 60_000);
  use(1001, 32 * 60_000);
  assert.deepEqual([row.lookups.size, row.registers.size], [100, 100]);
  for (const i of [49, 50, 99, 1000, 1001])
    assert.ok(row.lookups.has(`vip v-${i}`) && row.registers.has(appName(`a-${i}`)));
  for (const i of [0, 1, 100]) assert.ok(!row.lookups.has(`vip v-${i}`) && !row.registers.has(appName(`a-${i}`)));
  // A clock that is set back delays nothing.
  const kept = row.notKept.registers;
  use(1002, 31 * 60_000);
  assert.equal(row.notKept.registers, kept);
});
