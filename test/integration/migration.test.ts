import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ApplicationMigration, MigrationReport } from '../../shared/api/migration.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { cancelInstance, heartbeatInstance } from '../support/eureka-rest.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { until } from '../testbed/until.ts';

const DAY_MS = 86_400_000;

describe('the migration', () => {
  let scene: FleetScene;
  let now = Date.now();
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending, { now: () => now });
  });

  const report = async (): Promise<MigrationReport> => scene.json<MigrationReport>('/eurek8s/migration');
  const applicationOf = async (name: string): Promise<ApplicationMigration> => {
    const found = (await report()).applications.find((each) => each.name === name);
    assert.ok(found !== undefined, name);
    return found;
  };

  test('each application says what is left to do', async () => {
    const { summary, applications } = await report();
    assert.deepEqual(summary.stages, { 'legacy-only': 1, dual: 1, 'kubernetes-only': 1, none: 1 });
    assert.equal(summary.registered, 3);
    assert.deepEqual(
      applications.map(({ name, registered, todo }) => [name, registered, todo.length]),
      [
        ['CAROL', 1, 2],
        ['DAVE', 0, 0],
        ['ERIN', 0, 1],
        ['ORDERS', 2, 2],
      ],
    );
    const [carol, , erin, orders] = applications;
    assert.match(carol?.todo.join() ?? '', /^raise its share, now 50%,stop its 1 registered instance, once/);
    assert.match(erin?.todo.join() ?? '', /^get local\/shop\/erin served, which is refused \(bad-annotation\): /);
    assert.match(orders?.todo.join() ?? '', /^publish it: .*,then stop its 2 registered instances$/);
  });

  test('the progress is a metric, for a picture of months', async () => {
    const { body } = await httpRequest(`${scene.url}/metrics`);
    for (const stage of ['legacy-only', 'dual', 'kubernetes-only', 'none'])
      assert.match(body, new RegExp(`^eurek8s_stage_applications\\{stage="${stage}"\\} 1$`, 'm'));
  });

  test('who looks an application up is named with it', async () => {
    await httpRequest(`${scene.url}/eureka/vips/orders`);
    assert.deepEqual((await applicationOf('ORDERS')).callers, ['127.0.0.1']);
  });

  test('at a full share the hidden instances are what is left', async () => {
    scene.publish({ name: 'carol', host: 'carol.k8s.example.com', port: 8080, annotations: { traffic: '100%' } });
    const carol = await until('the share is full', async () => {
      const each = await applicationOf('CAROL');
      return each.todo.length === 1 && each;
    });
    assert.deepEqual(carol.todo, ['stop its 1 registered instance, which get no calls any more']);
  });

  test('what keeps the legacy is named until nothing does, for a whole day', async () => {
    await heartbeatInstance(`${scene.url}/eureka`, 'ORDERS', 'o-1');
    const { exit } = await report();
    assert.equal(exit.ready, false);
    const blockers = exit.blockers.join('\n');
    assert.match(blockers, /^ORDERS: 2 instances are registered, and nothing of it is served from Kubernetes$/m);
    assert.match(blockers, /^CAROL: 1 instance is registered, beside Kubernetes$/m);
    assert.match(blockers, /^still register or renew: 127\.0\.0\.1$/m);
    assert.match(
      blockers,
      /^who still registers is not known yet: this replica has looked for .*, and 24 h are needed/m,
    );
    const text = await scene.curl('/eurek8s/migration');
    assert.match(text, /^ORDERS +legacy-only +- +2 +0 +\S+ +2\n {4}- publish it: /m);
    assert.match(text, /^the legacy must stay:\n {2}- CAROL: /m);
    for (const [app, id] of [
      ['ORDERS', 'o-1'],
      ['ORDERS', 'o-2'],
      ['CAROL', 'c-1'],
    ] as const)
      await cancelInstance(`${scene.url}/eureka`, app, id);
    now += DAY_MS + 60_000;
    const last = await until('nothing keeps the legacy', async () => {
      const found = await report();
      return found.exit.ready && found;
    });
    assert.deepEqual(last.exit.blockers, []);
    assert.match(
      await scene.curl('/eurek8s/migration'),
      /^the legacy can be switched off, as far as this replica knows$/m,
    );
  });
});
