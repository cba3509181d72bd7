import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WriteQueue } from '../../../../../../server/sources/legacy/write/write-queue.ts';

const LIMITS = { maxWaitingPerInstance: 3, maxWaitingWrites: 5 };

test('one key in order and one at a time, other keys beside it', async () => {
  const queue = new WriteQueue(LIMITS);
  const gate = Promise.withResolvers<void>();
  const log: string[] = [];
  const task = (name: string, wait: Promise<void>) => async (): Promise<string> => {
    log.push(`${name} begins`);
    await wait;
    log.push(`${name} ends`);
    return name;
  };
  const first = queue.run('a', task('a1', gate.promise));
  const second = queue.run('a', task('a2', Promise.resolve()));
  assert.deepEqual(await queue.run('b', task('b1', Promise.resolve())), { kind: 'ran', value: 'b1' });
  gate.resolve();
  assert.deepEqual(await Promise.all([first, second]), [
    { kind: 'ran', value: 'a1' },
    { kind: 'ran', value: 'a2' },
  ]);
  assert.deepEqual(log, ['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends']);
  assert.equal(queue.size, 0);
});

test('a task that throws rejects its own caller only', async () => {
  const queue = new WriteQueue(LIMITS);
  const broken = queue.run('a', () => Promise.reject(new Error('broken')));
  const next = queue.run('a', () => Promise.resolve(1));
  await assert.rejects(broken, /broken/);
  assert.deepEqual(await next, { kind: 'ran', value: 1 });
  assert.equal(queue.size, 0);
});

test('full is reported at once: per key and in all', async () => {
  const queue = new WriteQueue(LIMITS);
  const gate = Promise.withResolvers<void>();
  const jobs = ['a', 'a', 'a', 'b', 'c'].map((key) => queue.run(key, () => gate.promise));
  assert.match(await reasonOf(queue.run('d', () => gate.promise)), /^5 writes are waiting/);
  gate.resolve();
  await Promise.all(jobs);
  const again = Promise.withResolvers<void>();
  const three = [1, 2, 3].map(() => queue.run('a', () => again.promise));
  assert.match(await reasonOf(queue.run('a', () => again.promise)), /^3 writes to this instance/);
  again.resolve();
  await Promise.all(three);
});

async function reasonOf(job: ReturnType<typeof WriteQueue.prototype.run>): Promise<string> {
  const queued = await Promise.race([job, nextTurn({ kind: 'waits' } as const)]);
  return queued.kind === 'full' ? queued.reason : `not full, it ${queued.kind}`;
}
