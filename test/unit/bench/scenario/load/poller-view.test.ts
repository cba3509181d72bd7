import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Views } from '../../../../../bench/scenario/load/poller-view.ts';

interface Item {
  readonly instanceId: string;
  readonly status: string;
  readonly actionType: string;
}

function answer(hash: string, ...instance: readonly Item[]): Buffer {
  return gzipSync(JSON.stringify({ applications: { apps__hashcode: hash, application: [{ name: 'A', instance }] } }));
}

function item(instanceId: string, status = 'UP', actionType = 'ADDED'): Item {
  return { instanceId, status, actionType };
}

test('a poller of the simulation follows deltas as a client does, and notices a hash that is not its own', () => {
  const views = new Views();
  const first = views.full(answer('UP_2_', item('a'), item('b')));
  assert.equal(first.hash, 'UP_2_');

  const changed = answer('DOWN_1_UP_2_', item('b', 'DOWN', 'MODIFIED'), item('c'));
  const second = views.after(first, changed);
  assert.equal(second?.hash, 'DOWN_1_UP_2_');
  assert.equal(views.after(first, changed), second, 'worked out once for all pollers in that position');

  const third = views.after(second ?? first, answer('DOWN_1_UP_1_', item('a', 'UP', 'DELETED')));
  assert.equal(third?.hash, 'DOWN_1_UP_1_');
  assert.equal(views.after(first, answer('UP_7_', item('c'))), undefined, 'fetches everything again');
});

test('a change that keeps all statuses keeps the view', () => {
  const views = new Views();
  const view = views.full(answer('UP_1_', item('a')));
  assert.equal(views.after(view, answer('UP_1_', item('a', 'UP', 'MODIFIED'))), view);
  assert.equal(views.after(view, answer('UP_1_', item('gone', 'UP', 'DELETED'))), view);
});
