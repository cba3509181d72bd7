import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DueItems, type Scheduled } from '../../../../shared/publish/due-items.ts';

interface Item extends Scheduled {
  readonly name: string;
}

class Scene {
  readonly items: Item[] = [];
  readonly due = new DueItems<Item>(() => this.items);

  add(name: string, dueAt: number, now: number, isUrgent = false): Item {
    const item = { name, dueAt: 0, isBusy: false, isUrgent };
    this.items.push(item);
    this.due.at(item, dueAt, now);
    return item;
  }

  /** The names of all that is due. */
  take(now: number): readonly string[] {
    const taken: string[] = [];
    for (let item = this.due.take(now); item !== undefined; item = this.due.take(now)) taken.push(item.name);
    return taken;
  }
}

test('urgent items come first, then each in the order in which it became due', () => {
  const scene = new Scene();
  scene.add('a', 0, 0);
  scene.add('b', 0, 0, true);
  scene.add('c', 0, 0);
  scene.add('d', 0, 0, true);
  assert.equal(scene.due.nextAt, Number.NEGATIVE_INFINITY);
  assert.deepEqual(scene.take(0), ['b', 'd', 'a', 'c']);
  assert.ok(scene.items.every(({ isBusy }) => isBusy));
  assert.ok(scene.due.nextAt > 0);
});

test('without items nothing is ever due', () => {
  const scene = new Scene();
  assert.equal(scene.due.nextAt, Number.POSITIVE_INFINITY);
  assert.deepEqual(scene.take(1e12), []);
});

test('an item is taken from the moment when it is due, and not before', () => {
  const scene = new Scene();
  const item = scene.add('a', 5000, 0);
  scene.add('b', 9000, 0);
  assert.deepEqual([item.dueAt, scene.due.nextAt], [5000, 5000]);
  assert.deepEqual(scene.take(4999), []);
  assert.deepEqual(scene.take(5000), ['a']);
  assert.equal(scene.due.nextAt, 9000);
  assert.deepEqual(scene.take(8999), []);
  assert.deepEqual(scene.take(9000), ['b']);
});

test('what becomes due shortly after a look waits for the next one, a tenth of a second later', () => {
  const scene = new Scene();
  scene.add('a', 5000, 0);
  scene.add('b', 5001, 0);
  assert.deepEqual(scene.take(5000), ['a']);
  assert.equal(scene.due.nextAt, 5100);
  assert.deepEqual(scene.take(5099), []);
  assert.deepEqual(scene.take(5100), ['b']);
});

test('an item is due at its last time alone, and not while it is busy or when it was forgotten', () => {
  const scene = new Scene();
  const item = scene.add('a', 0, 0);
  scene.due.at(item, 5000, 0);
  assert.deepEqual(scene.take(0), [], 'not due any more');
  const busy = scene.add('b', 5000, 0);
  busy.isBusy = true;
  assert.deepEqual(scene.take(5000), ['a']);
  const forgotten = scene.add('c', 5000, 5000);
  const urgent = scene.add('d', 5000, 5000, true);
  scene.due.forget(forgotten);
  scene.due.forget(urgent);
  assert.deepEqual(scene.take(5000), []);
});
