import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { PolledReplicas } from '../support/polled-replicas.ts';

function delta(polls: PolledReplicas, replica: number, ...instances: readonly object[]): void {
  answer(polls, replica, '/eureka/apps/delta', instances);
}

function full(polls: PolledReplicas, replica: number): void {
  answer(polls, replica, '/eureka/apps/', []);
}

function answer(polls: PolledReplicas, replica: number, path: string, instances: readonly object[]): void {
  const body = gzipSync(JSON.stringify({ applications: { application: [{ name: 'A', instance: instances }] } }));
  polls.passed({ replica, method: 'GET', path, userAgent: 'Java', status: 200, body, encoding: 'gzip' });
}

function instance(instanceId: string, lastUpdatedTimestamp: number, actionType = 'MODIFIED'): object {
  return { instanceId, app: 'A', lastUpdatedTimestamp: `${lastUpdatedTimestamp}`, actionType };
}

test('a full fetch after a delta that knew all that the client knew is unexplained', () => {
  const polls = new PolledReplicas();
  full(polls, 0);
  delta(polls, 0, instance('x', 5));
  delta(polls, 1, instance('x', 5), instance('y', 6));
  full(polls, 2);
  assert.deepEqual([polls.behind, polls.unexplained.length], [0, 1]);
});

test('a full fetch after a delta that knew less is the lag of its replica', () => {
  for (const known of [[], [instance('x', 4)], [instance('x', 4, 'DELETED')]]) {
    const polls = new PolledReplicas();
    full(polls, 0);
    delta(polls, 0, instance('x', 5));
    delta(polls, 1, ...known);
    full(polls, 2);
    assert.deepEqual([polls.behind, polls.unexplained.length], [1, 0]);
  }
});

test('each replica has its own time for a deletion', () => {
  const polls = new PolledReplicas();
  delta(polls, 0, instance('x', 7, 'DELETED'));
  delta(polls, 1, instance('x', 6, 'DELETED'));
  assert.equal(polls.behind, 0);
});
