import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failover } from '../../../../../../server/sources/legacy/wire/failover.ts';

const T0 = 1_750_000_000_000;
const failover = (random = 1): Failover<string> =>
  new Failover(['a', 'b', 'c'], { minBackoff: 1_000, maxBackoff: 10_000 }, () => random);

test('the configured order, until one has answered: that one first from then on', () => {
  const servers = failover();
  assert.deepEqual(servers.ready(T0), ['a', 'b', 'c']);
  servers.succeeded('b');
  assert.equal(servers.current, 'b');
  assert.deepEqual(servers.ready(T0), ['b', 'a', 'c']);
});

test('a target that fails backs off twice as long each time, up to the limit, until it succeeds', () => {
  const servers = failover();
  const backoffs = [1, 2, 3, 4, 5, 6].map(() => {
    servers.failed('a', T0);
    let backoff = 0;
    while (!servers.ready(T0 + backoff).includes('a')) backoff += 500;
    return backoff;
  });
  assert.deepEqual(backoffs, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  servers.succeeded('a');
  servers.failed('a', T0);
  assert.ok(servers.ready(T0 + 1_000).includes('a'));
});

test('jitter shortens a back-off by half at most', () => {
  const servers = failover(0);
  servers.failed('a', T0);
  assert.ok(!servers.ready(T0 + 499).includes('a'));
  assert.ok(servers.ready(T0 + 500).includes('a'));
});

test('requests that cannot wait get the targets that back off too, last; readyAt is when the first one is back', () => {
  const servers = failover();
  servers.succeeded('b');
  servers.failed('b', T0);
  assert.deepEqual(servers.all(T0), ['a', 'c', 'b']);
  assert.ok(servers.readyAt() <= T0);
  servers.failed('a', T0 + 100);
  servers.failed('c', T0 + 200);
  assert.deepEqual(servers.ready(T0 + 200), []);
  assert.equal(servers.readyAt(), T0 + 1_000);
});

/** The shares of all in the order in which they are tried, as parts of the whole time, when each takes its own. */
function shares(servers: Failover<string>, targets: readonly string[]): readonly number[] {
  let left = 1;
  return targets.map((_, index) => {
    const share = left * servers.share(targets.slice(index));
    left -= share;
    return Number(share.toFixed(3));
  });
}

test('time is divided among those that may answer; what is known to be down takes none of theirs, even when it has rested', () => {
  const servers = failover();
  assert.deepEqual(shares(servers, ['a', 'b', 'c', 'd']), [0.25, 0.25, 0.25, 0.25]);
  servers.failed('b', T0);
  assert.deepEqual(shares(servers, ['a', 'c', 'b']), [0.5, 0.5, 0]);
  servers.failed('c', T0);
  assert.deepEqual(shares(servers, ['a', 'b', 'c']), [1, 0, 0]);
  assert.deepEqual(
    shares(servers, ['b', 'a', 'c']),
    [0.5, 0.5, 0],
    'b is tried again, and must leave time for the one that answers',
  );
  servers.failed('a', T0);
  assert.deepEqual(shares(servers, ['a', 'b', 'c']), [0.5, 0.25, 0.25]);
  assert.deepEqual(shares(servers, ['a']), [1]);
  servers.succeeded('a');
  assert.deepEqual(shares(servers, ['a', 'b', 'c']), [1, 0, 0]);
});
