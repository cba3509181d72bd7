import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OtherLists } from '../../../../../../server/sources/legacy/poll/other-lists.ts';
import { legacySettings } from '../../../../../../server/sources/legacy/settings.ts';
import { LegacyServer } from '../../../../../../server/sources/legacy/wire/legacy-server.ts';
import type { ListFacts } from '../../../../../../server/sources/legacy/wire/own-count.ts';
import { systemClock } from '../../../../../../server/system/clock.ts';

const tls = { ca: undefined, cert: undefined, key: undefined };
const polling = { urls: [], pollInterval: 1_000, fullInterval: 300_000 };
const settings = legacySettings({ ...polling, required: true, peerFeed: false, publish: false, tls });
const a = new LegacyServer('http://a/', systemClock(Date.now), settings);
const b = new LegacyServer('http://b/', systemClock(Date.now), settings);
const HOUR = 3_600_000;

const facts = (listed: number, hashCode = `UP_${listed}_`): ListFacts => ({
  versionsDelta: '1',
  hashCode,
  listed,
  own: 0,
  skipped: [],
});
const NOTHING = facts(0, '');
const part = { counted: 9, own: 0, at: 0, shortfall: '' };

interface Started {
  readonly lists: OtherLists;
  /** How many instances of the legacy the list in force has. */
  size: number;
}

/** The empty list of the first server was believed. */
function emptyStart(): Started {
  const started: Started = { lists: new OtherLists(polling.pollInterval, () => started.size), size: 0 };
  started.lists.took({ server: a, facts: NOTHING, part: undefined }, [b], true);
  return started;
}

/** Whether the list of the second server is wanted. */
const isWanted = ({ lists }: Started): boolean => lists.isWanted(b, 0, HOUR);

/** A whole list of the first server is in force again. */
function backAtFirst(started: Started, listed: number): void {
  started.size = listed;
  started.lists.took({ server: a, facts: facts(listed), part: undefined }, [b], false);
}

test('a server that was polled with a whole list is doubted no more', () => {
  const started = emptyStart();
  assert.ok(isWanted(started));
  started.lists.took({ server: b, facts: facts(9), part: undefined }, [a], false);
  backAtFirst(started, 8);
  assert.equal(isWanted(started), false);
  started.lists.heard(b, facts(9), HOUR);
  assert.equal(started.lists.takeNext(), undefined);
});

for (const isCompleted of [true, false])
  test(`one that was polled with a part is, unless deltas led to what it counts (${isCompleted})`, () => {
    const started = emptyStart();
    started.lists.took({ server: b, facts: facts(5, 'UP_9_'), part }, [a], false);
    if (isCompleted) started.lists.completed(b);
    backAtFirst(started, 1);
    assert.equal(isWanted(started), !isCompleted);
    started.lists.heard(b, facts(9), HOUR);
    assert.equal(started.lists.takeNext(), isCompleted ? undefined : b);
  });

for (const [what, sizes, isDoubted] of [
  ['while there is nothing it stays', [0], true],
  ['but not when there is something', [1], false],
  ['nor when there was something meanwhile', [1, 0], false],
] as const)
  test(`the doubt about a server that lists nothing, after a start with nothing: ${what}`, () => {
    const started = emptyStart();
    for (const size of sizes) {
      started.size = size;
      started.lists.completed(a);
    }
    started.lists.heard(b, NOTHING, 0);
    assert.equal(isWanted(started), isDoubted);
  });
