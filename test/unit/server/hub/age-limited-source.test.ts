import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgeLimitedSource } from '../../../../server/hub/age-limited-source.ts';
import { Hub } from '../../../../server/hub/hub.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import { withdrawn } from '../../../../shared/contribution/withdrawal.ts';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { HandSource } from '../../../support/hand-source.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { publication } from '../../../support/publications.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { endlessSlice } from '../../../support/time-slices.ts';

const HOUR = 3_600_000;
const START = 1_750_000_000_000;

function publishes(...apps: readonly string[]): ReadonlyMap<AppName, AppContribution> {
  return new Map(
    apps.map((app) => [appName(app), { ...NO_CONTRIBUTION, publications: [publication(app, { changedAt: 0 })] }]),
  );
}

/** A cluster with a limit of an hour, beside a legacy that has BOB too. */
class Fleet {
  readonly clock = new SteppedClock(START);
  readonly cluster = new HandSource('cluster:main');
  readonly lines: string[] = [];
  readonly limited = new AgeLimitedSource(this.cluster, {
    maxAge: HOUR,
    clock: this.clock,
    log: {
      ...SILENT_LOG,
      warn: (_, text) => void this.lines.push(`warn ${text}`),
      info: (_, text) => void this.lines.push(`info ${text}`),
    },
  });
  readonly hub: Hub;

  /** `restored`: the apps that a previous process published, and its last success. */
  constructor(restored?: { readonly apps: readonly string[]; readonly lastSuccessAt: number }) {
    const legacy = new HandSource('legacy');
    this.hub = new Hub({
      clock: this.clock,
      steady: this.clock,
      log: SILENT_LOG,
      metrics: NO_METRICS,
      newTimeSlice: endlessSlice,
      rules: OPEN_RULES,
      sources: [legacy, this.limited],
      firstVersion: 1,
      deltaWindow: DELTA_WINDOW,
    });
    if (restored !== undefined) {
      const contributions = publishes(...restored.apps);
      const { lastSuccessAt } = restored;
      this.cluster.state = 'starting';
      this.limited.restore({ lastSuccessAt, contributions, state: undefined, details: new Map() });
      this.hub.restore(new Map([[this.cluster.id, this.limited.shown(contributions)]]), new Map());
    }
    this.hub.start();
    legacy.sink?.replace(new Map([[appName('BOB'), { ...NO_CONTRIBUTION, instances: [instance('BOB', 'b-1')] }]]));
    legacy.sink?.synced();
  }

  sync(...apps: readonly string[]): void {
    this.cluster.sink?.replace(publishes(...apps));
    this.cluster.sink?.synced();
    this.clock.advance(1_000);
  }

  /** `BOB 2`: the application and how many entries it has. */
  get served(): readonly string[] {
    return (this.hub.snapshot()?.applications ?? [])
      .filter(({ served }) => served.length > 0)
      .map(({ name, served }) => `${name} ${served.length}`);
  }

  get refusals(): readonly string[] {
    return (this.hub.snapshot()?.applications ?? []).flatMap(({ refusals }) =>
      refusals.map(({ object, code }) => `${object} ${code}`),
    );
  }
}

test('a cluster out of reach: served for the hour, then withdrawn with a reason, and back with the API server', () => {
  const fleet = new Fleet();
  fleet.sync('BOB', 'CAROL');
  assert.deepEqual(fleet.served, ['BOB 2', 'CAROL 1']);
  fleet.cluster.state = 'stale';
  fleet.clock.advance(HOUR - 10_000);
  assert.deepEqual(fleet.served, ['BOB 2', 'CAROL 1']);
  fleet.clock.advance(20_000);
  assert.deepEqual(fleet.served, ['BOB 1'], 'registrations stay');
  assert.deepEqual(fleet.refusals, ['main/shop/bob out-of-reach', 'main/shop/carol out-of-reach']);
  assert.match(String(fleet.limited.health().detail['withdrawn']), /longer than its maxAge of 1h/);
  assert.equal(fleet.lines.length, 1);
  assert.match(fleet.lines[0] ?? '', /^warn .*out of reach for longer than its maxAge of 1h: nothing of it is served/);

  fleet.clock.advance(5 * HOUR);
  assert.equal(fleet.lines.length, 1, 'said once');
  fleet.cluster.state = 'synced';
  fleet.clock.advance(10_000);
  assert.deepEqual(fleet.served, ['BOB 2', 'CAROL 1']);
  assert.deepEqual(fleet.refusals, []);
  assert.equal(fleet.limited.health().detail['withdrawn'], undefined);
  assert.match(fleet.lines[1] ?? '', /^info the cluster is back/);
});

test('an API server that has nothing to tell for hours is in reach', () => {
  const fleet = new Fleet();
  fleet.sync('CAROL');
  fleet.clock.advance(5 * HOUR);
  fleet.cluster.state = 'stale';
  fleet.clock.advance(HOUR / 2);
  assert.deepEqual(fleet.served, ['BOB 1', 'CAROL 1']);
});

test('changes of a withdrawn cluster, of one watch that goes on, are kept and not served', () => {
  const fleet = new Fleet();
  fleet.sync('CAROL', 'DAVE');
  fleet.cluster.state = 'stale';
  fleet.clock.advance(2 * HOUR);
  fleet.cluster.sink?.update(publishes('ERIN'), 'now');
  fleet.cluster.sink?.update(new Map([[appName('CAROL'), undefined]]), 'now');
  fleet.clock.advance(1_000);
  assert.deepEqual(fleet.served, ['BOB 1']);
  assert.deepEqual(fleet.refusals, ['main/shop/dave out-of-reach', 'main/shop/erin out-of-reach']);
  fleet.cluster.state = 'synced';
  fleet.clock.advance(10_000);
  assert.deepEqual(fleet.served, ['BOB 1', 'DAVE 1', 'ERIN 1']);
});

test('a restart goes on with the age of the previous process', () => {
  const fleet = new Fleet({ apps: ['CAROL'], lastSuccessAt: START - HOUR / 2 });
  fleet.clock.advance(1_000);
  assert.deepEqual(fleet.served, ['BOB 1', 'CAROL 1']);
  fleet.clock.advance(HOUR / 2 + 10_000);
  assert.deepEqual(fleet.served, ['BOB 1']);
  fleet.cluster.state = 'synced';
  fleet.sync('CAROL');
  assert.deepEqual(fleet.served, ['BOB 1', 'CAROL 1'], 'its first complete list confirms it');
});

test('what is too old at the start is in no answer, and a clock that was set back makes it no younger', () => {
  const old = new Fleet({ apps: ['CAROL'], lastSuccessAt: START - HOUR - 1 });
  assert.deepEqual(old.served, ['BOB 1']);
  assert.deepEqual(old.refusals, ['main/shop/carol out-of-reach']);
  assert.equal(old.lines.length, 1);
  const ahead = new Fleet({ apps: ['CAROL'], lastSuccessAt: START + 5 * HOUR });
  assert.deepEqual(ahead.served, ['BOB 1', 'CAROL 1']);
  ahead.clock.advance(HOUR + 10_000);
  assert.deepEqual(ahead.served, ['BOB 1']);
});

test('what is withdrawn is kept for a restart, with everything that is known of it', () => {
  const fleet = new Fleet();
  fleet.sync('CAROL');
  fleet.cluster.state = 'stale';
  fleet.clock.advance(2 * HOUR);
  assert.deepEqual(fleet.served, ['BOB 1']);
  const kept = fleet.hub.contents()?.sources.find(({ source }) => source.id === 'cluster:main')?.contributions;
  assert.deepEqual([...(kept ?? [])], [...publishes('CAROL')]);
});

test('a stop ends the looks at the age', async () => {
  const fleet = new Fleet();
  fleet.sync('CAROL');
  await fleet.limited.stop();
  fleet.cluster.state = 'stale';
  fleet.clock.advance(2 * HOUR);
  assert.deepEqual(fleet.served, ['BOB 1', 'CAROL 1']);
  assert.equal(fleet.cluster.stopped, true);
});

test('what is withdrawn keeps its claim on the name, as an Ingress or an HTTPRoute', () => {
  const old = { object: 'main/shop/x', code: 'no-host', reason: 'it has no host' } as const;
  const route = publication('CAROL', { kind: 'HTTPRoute', createdAt: 5 });
  const { instances, publications, refusals } = withdrawn(
    { instances: [], publications: [publication('CAROL', { createdAt: 3 }), route], refusals: [old] },
    'away',
  );
  assert.deepEqual([instances, publications], [[], []]);
  const claim = { cluster: 'main', namespace: 'shop', ingress: 'carol' };
  assert.deepEqual(refusals, [
    { object: 'main/shop/carol', code: 'out-of-reach', reason: 'away', claim: { ...claim, createdAt: 3 } },
    {
      object: 'main/shop/httproute/carol',
      code: 'out-of-reach',
      reason: 'away',
      claim: { ...claim, createdAt: 5, kind: 'HTTPRoute' },
    },
    old,
  ]);
});
