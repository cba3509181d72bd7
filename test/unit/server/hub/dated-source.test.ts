import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatedSource } from '../../../../server/hub/dated-source.ts';
import type { Holding, SourceHealth, SourceMemory } from '../../../../server/ports/source.ts';
import type { Hold } from '../../../../shared/guard/hold.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { HandSource } from '../../../support/hand-source.ts';
import { JumpingClock } from '../../../support/jumping-clock.ts';

const START = 1_750_000_000_000;
const HOUR = 3_600_000;
const HOLD: Hold = {
  id: 'legacy-1',
  since: START + 1_000,
  what: 'gone',
  counted: 'instance',
  instances: 3,
  instancesBefore: 3,
  applications: 1,
  held: [],
  releasesAt: START + 61_000,
};

class HoldingSource extends HandSource {
  kept = '';
  readonly holding: Holding = {
    holds: () => [HOLD, { ...HOLD, releasesAt: undefined }],
    letThroughBy: (app) => (app === 'ALICE' ? HOLD.id : undefined),
    held: (app) => (app === 'ORDERS' ? { holdId: HOLD.id, since: HOLD.since, releasesAt: HOLD.releasesAt } : undefined),
    release: (id) => id === HOLD.id,
    keep: (id) => {
      this.kept = id;
      return true;
    },
  };

  override health(): SourceHealth {
    return { ...super.health(), lastSuccessAt: START + 5_000 };
  }

  memory(): SourceMemory {
    return { asOf: START + 5_000, state: 'mine' };
  }
}

test('what a source tells has the times of the clock as it is set now', () => {
  const source = new HoldingSource('legacy');
  const clock = new JumpingClock(START);
  const dated = new DatedSource(source, clock, clock.steady);
  const [app, id] = [appName('ORDERS'), instanceId('o-1')];
  for (const shift of [0, HOUR, -2 * HOUR]) {
    clock.jump(shift);
    const set = clock.now() - START;
    assert.equal(dated.health().lastSuccessAt, START + 5_000 + set);
    assert.deepEqual(dated.memory(), { asOf: START + 5_000 + set, state: 'mine' });
    const [first, second] = dated.holding?.holds() ?? [];
    assert.deepEqual([first?.since, first?.releasesAt], [HOLD.since + set, START + 61_000 + set]);
    assert.equal(second?.releasesAt, undefined);
    assert.equal(dated.holding?.held(app, id, undefined)?.since, HOLD.since + set);
  }
  assert.equal(dated.holding?.held(appName('OTHERS'), id, undefined), undefined);
  assert.equal(dated.holding?.letThroughBy(appName('ALICE'), id, undefined), HOLD.id);
  assert.equal(dated.holding?.letThroughBy(app, id, undefined), undefined);
  assert.equal(dated.holding?.release(HOLD.id), true);
  assert.equal(dated.holding?.keep('that'), true);
  assert.equal(source.kept, 'that');
});

test('the rounding of two clocks moves no time: a hold has the same one at each look', () => {
  const clock = new JumpingClock(START);
  const dated = new DatedSource(new HoldingSource('legacy'), clock, clock.steady);
  clock.jump(1);
  assert.equal(dated.holding?.holds()[0]?.since, HOLD.since);
});

test('a source that tells nothing of itself stays so', () => {
  const clock = new JumpingClock(START);
  const dated = new DatedSource(new HandSource('legacy'), clock, clock.steady);
  assert.equal(dated.health().lastSuccessAt, undefined);
  assert.equal(dated.holding, undefined);
  assert.deepEqual(dated.memory(), { asOf: undefined, state: undefined });
  assert.deepEqual(dated.detailsOf(appName('ORDERS')), []);
});
