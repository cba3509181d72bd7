import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallerKey, CallerRow } from '../../../../server/census/caller-row.ts';
import {
  CallerTable,
  MAX_BYTES,
  MAX_BYTES_OF_ADDRESS,
  MAX_CALLERS,
  MAX_CALLERS_OF_ADDRESS,
} from '../../../../server/census/caller-table.ts';
import { questionOf } from '../../../../shared/census/question.ts';
import { appName } from '../../../../shared/model/names.ts';
import { heapInUse } from '../../../support/heap-in-use.ts';

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
  table.countRead(busy, { kind: 'full' }, 1_000_000);
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
  const table = new CallerTable();
  const row = table.row(key('10.0.0.1'), 0);
  assert.ok(row !== undefined);
  const use = (i: number, now: number): void => {
    table.countRead(row, { kind: 'vip', name: `v-${i}` }, now);
    table.countWriting(row, appName(`a-${i}`), 'renew', now);
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

/** 100 long names of one caller; each from a URL of its own, as a request has them. `letter`: what they are long by. */
function lookUpMuch(table: CallerTable, row: CallerRow, now: number, letter = 'n'): void {
  for (let i = 0; i < 100; i++) {
    const name = `${row.address}-${row.userAgent}-${i}-`.padEnd(200, letter);
    const question = questionOf(`/eureka/vips/${encodeURIComponent(name)}`);
    assert.ok(question !== undefined);
    table.countRead(row, question, now);
  }
}

function rowOf(table: CallerTable, address: string, userAgent: string, now: number): CallerRow {
  return table.row(key(address, userAgent), now) ?? assert.fail(`${address} has no room`);
}

test('a flood of names takes so much memory and no more, and the callers seen longest ago make room', () => {
  const before = heapInUse();
  const table = new CallerTable();
  const first = rowOf(table, '10.0.0.1', 'first', 0);
  const busy = rowOf(table, '10.0.0.1', 'busy', 0);
  for (let i = 0; i < 1500; i++) {
    lookUpMuch(table, rowOf(table, `10.1.0.${i % 100}`, `client/${i}`, i + 1), i + 1, i % 2 === 0 ? 'n' : '名');
    table.countRead(busy, { kind: 'vip', name: 'orders' }, i + 1);
    assert.ok(table.size.bytes <= MAX_BYTES);
  }
  const bytes = heapInUse() - before;
  // Without a bound these are 100 MB and more.
  assert.ok(bytes < 40 * 1024 * 1024, `${bytes} bytes`);
  assert.deepEqual([first.forgotten, busy.forgotten, table.callers.includes(busy)], [true, false, true]);
  assert.ok(table.forgotten > 1000 && table.size.bytes > MAX_BYTES / 2);
});

test('one address has its share of the memory: what is beyond it is not kept, and nobody else makes room', () => {
  const table = new CallerTable();
  const other = rowOf(table, '10.0.0.2', 'other', 0);
  lookUpMuch(table, other, 0);
  const known = rowOf(table, '10.0.0.1', 'client/0', 1);
  for (let i = 0; i < 900; i++) {
    const row = table.row(key('10.0.0.1', `client/${i}`), i + 1);
    if (row !== undefined) lookUpMuch(table, row, i + 1);
  }
  assert.ok(table.size.bytes - other.weight <= MAX_BYTES_OF_ADDRESS);
  assert.deepEqual([known.forgotten, other.forgotten, other.lookups.size], [false, false, 100]);
  assert.ok(table.forgotten > 0);
  assert.ok(table.callers.some(({ notKept }) => notKept.lookups > 0));
  // Who is known counts on, and others are as welcome as ever.
  table.countRead(known, { kind: 'vip', name: [...known.lookups.values()][0]?.name ?? '' }, 1000);
  assert.equal([...known.lookups.values()][0]?.count, 2);
  const third = rowOf(table, '10.0.0.3', 'third', 1000);
  table.countRead(third, { kind: 'vip', name: 'orders' }, 1000);
  assert.equal(third.lookups.size, 1);
});

test('a fleet of 10,000 with six names each is known whole, and 1000 of one address with eight', () => {
  const fleet = (count: number, names: number, addressOf: (i: number) => string): CallerTable => {
    const table = new CallerTable();
    for (let i = 0; i < count; i++) {
      const identity = { name: 'DefaultClient', version: '1.4', id: `10.20.${i % 250}.${i % 99}` };
      const row = table.row({ ...key(addressOf(i), `Java-EurekaClient/v1.10.17 ${i}`), identity }, i);
      assert.ok(row !== undefined);
      for (let n = 1; n < names; n++) table.countRead(row, { kind: 'vip', name: `some-service-name-${n}` }, i);
      table.countWriting(row, appName(`SOME-SERVICE-${i}`), 'renew', i);
    }
    return table;
  };
  for (const table of [
    fleet(MAX_CALLERS, 6, (i) => `2001:db8::${i.toString(16)}`),
    fleet(MAX_CALLERS_OF_ADDRESS, 8, () => '10.0.0.1'),
  ]) {
    assert.equal(table.forgotten, 0);
    assert.ok(table.callers.every(({ notKept }) => notKept.lookups + notKept.registers === 0));
  }
});

test('what went weighs nothing: a table that was full many times over counts as what it still has', () => {
  const table = new CallerTable();
  for (let i = 0; i < 600; i++) lookUpMuch(table, rowOf(table, `10.2.${i % 200}.1`, `client/${i}`, i), i);
  const weights = (table.callers as readonly CallerRow[]).map(({ weight }) => weight);
  assert.equal(
    table.size.bytes,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  // Names that fell silent go one by one, each with its weight.
  const [row] = table.callers as readonly CallerRow[];
  assert.ok(row !== undefined);
  const before = row.weight;
  table.countRead(row, { kind: 'vip', name: 'x'.repeat(170) }, 3_000_000);
  assert.deepEqual([row.lookups.size, row.weight < before], [100, true]);
});
