import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuditTrail } from '../../../../server/observe/audit-trail.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

interface Said {
  readonly registered?: readonly string[];
  readonly published?: readonly Partial<Publication>[];
  readonly refusals?: AppContribution['refusals'];
}

class Scene {
  readonly clock = new SteppedClock();
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly trail = new AuditTrail(this.clock, {
    debug: () => undefined,
    info: (fields) => void this.lines.push({ ...fields }),
    warn: () => undefined,
    error: () => undefined,
  });
  #before: MergedApplication | undefined;

  /** The lines that a change of CAROL causes, as `event: from → to`. */
  change({ registered = [], published = [], refusals = [] }: Said, app = 'CAROL'): readonly string[] {
    const { length } = this.lines;
    const rules = { ...OPEN_RULES, application: () => ({ policy: undefined, namespaces: [] }) };
    const legacy = { ...NO_CONTRIBUTION, instances: registered.map((id) => instance(app, id)) };
    const cluster = { ...NO_CONTRIBUTION, refusals, publications: published.map((each) => publication(app, each)) };
    const contributions = [
      { source: sourceId('legacy'), contribution: legacy },
      { source: sourceId('cluster:main'), contribution: cluster },
    ];
    const after = mergeApplication(appName(app), contributions, rules, this.#before, this.clock.now());
    this.trail.note(this.#before, after);
    this.#before = after;
    return this.lines.slice(length).map(({ event, from, to }) => `${String(event)}: ${String(from)} → ${String(to)}`);
  }
}

const REFUSED = { object: 'main/shop/carol', code: 'service-not-found', reason: 'Service carol is gone' } as const;

test('an application that is published, changes and is withdrawn leaves a line each, with its cause', () => {
  const scene = new Scene();
  assert.deepEqual(scene.change({ published: [{}] }), ['published: nothing → 1 entry, UP']);
  assert.match(String(scene.lines[0]?.['cause']), /^main\/shop\/carol: /);
  assert.deepEqual(scene.change({ published: [{ status: 'DOWN' }] }), ['status: UP → DOWN']);
  assert.deepEqual(scene.change({ published: [{ status: 'DOWN', traffic: { kind: 'ready' } }] }), [
    'share: single → ready',
  ]);
  assert.deepEqual(scene.change({ published: [{ status: 'DOWN', traffic: { kind: 'ready' }, namespace: 'other' }] }), [
    'owner: shop/carol → other/carol',
  ]);
  assert.deepEqual(scene.change({ refusals: [REFUSED] }), [
    'withdrawn: 1 entry → nothing',
    'refused: main/shop/carol → service-not-found',
  ]);
  assert.match(String(scene.lines.at(-2)?.['cause']), /service-not-found: Service carol is gone/);
  assert.deepEqual(scene.change({ refusals: [REFUSED] }), [], 'what stays is no news');
});

test('registered instances that come and go beside others are no news; the first and the last are', () => {
  const scene = new Scene();
  assert.deepEqual(scene.change({ registered: ['a'] }), ['registered: 0 instances → 1 instance']);
  assert.deepEqual(scene.change({ registered: ['a', 'b'] }), []);
  assert.deepEqual(scene.change({}), ['unregistered: 2 instances → 0 instances']);
});

test('a policy that changes, and a dial that hides the legacy, are logged', () => {
  const scene = new Scene();
  scene.change({ registered: ['a'], published: [{}] });
  assert.deepEqual(scene.change({ registered: ['a'], published: [{ policy: 'prefer-kubernetes' }] }), [
    'policy: both → prefer-kubernetes',
  ]);
  const full = { traffic: { kind: 'share', percent: 100 } as const };
  assert.deepEqual(scene.change({ registered: ['a'], published: [full] }), [
    'share: single → 100%',
    'policy: prefer-kubernetes → both',
  ]);
});

test('a step of a schedule is told with the schedule as its cause, and somebody who changes it with what he changed', () => {
  const scene = new Scene();
  const startsAt = Date.parse('2026-03-01T10:00:00Z');
  scene.clock.advance(startsAt - scene.clock.now());
  const written = (percent: number) =>
    ({
      traffic: {
        kind: 'schedule',
        startsAt,
        steps: [
          { percent, lasts: 60_000 },
          { percent: 75, lasts: 0 },
        ],
      },
    }) as const;
  const said = { registered: ['a'], published: [written(50)] };
  scene.change(said);
  assert.deepEqual(scene.change(said), [], 'time within a step is no news');
  scene.clock.advance(60_000);
  assert.deepEqual(scene.change(said), [
    'share: 50% (step 1 of 2 of a schedule, 75% at 2026-03-01T10:01:00Z) → 75% (step 2 of 2 of a schedule)',
  ]);
  assert.equal(scene.lines.at(-1)?.['cause'], 'schedule');
  scene.change({ registered: ['a'], published: [{ traffic: { kind: 'share', percent: 50 } }] });
  assert.match(String(scene.lines.at(-1)?.['cause']), /^main\/shop\/carol: /);
});

test('a flood is bounded, and says how many more there were', () => {
  const scene = new Scene();
  for (let i = 0; i < 120; i++) {
    assert.ok(scene.change({ registered: i % 2 === 0 ? ['a'] : [] }).length <= 1);
  }
  assert.equal(scene.lines.length, 50);
  scene.clock.advance(10_000);
  assert.deepEqual(scene.lines.at(-1), { more: 70 });
  assert.equal(scene.change({ registered: ['a'] }).length, 1);
  scene.trail.stop();
});
