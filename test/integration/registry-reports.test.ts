import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AppsReport } from '../../shared/api/apps.ts';
import type { DiffReport } from '../../shared/api/differences.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveUnsynced } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

describe('applications and differences', () => {
  let scene: FleetScene;
  const undo: (() => Promise<void> | void)[] = [];
  before(async () => {
    scene = await fleetScene({ after: (each: () => Promise<void>) => void undo.push(each) });
    await until('carol is shared', async () => {
      const { applications } = await scene.json<AppsReport>('/eurek8s/apps');
      return applications.some(({ name, kubernetes }) => name === 'CAROL' && kubernetes === 1);
    });
  });
  after(async () => {
    for (const each of undo.toReversed()) await each();
  });

  test('each application has its stage, its status and its shares', async () => {
    const { applications } = await scene.json<AppsReport>('/eurek8s/apps');
    const rows = applications.map(({ name, stage, status, legacy, kubernetes, up, refused, share }) => [
      name,
      stage,
      status,
      legacy,
      kubernetes,
      up,
      refused,
      share?.asked,
      share?.achievedPercent,
    ]);
    assert.deepEqual(rows, [
      ['CAROL', 'dual', 'UP', 1, 1, 2, 0, '50%', 50],
      ['DAVE', 'kubernetes-only', 'UP', 0, 1, 1, 0, 'single', 100],
      ['ERIN', 'none', 'NONE', 0, 0, 0, 1, undefined, undefined],
      ['ORDERS', 'legacy-only', 'UP', 2, 0, 2, 0, undefined, undefined],
    ]);
    const text = await scene.curl('/eurek8s/apps');
    assert.match(text, /^4 applications: 1 legacy-only, 1 dual, 1 kubernetes-only, 1 none$/m);
    assert.match(text, /^CAROL +dual +UP +1 +1 +2 +0 +0 +50%$/m);
  });

  test('what is not the same in both worlds is told with its reason', async () => {
    const { applications } = await scene.json<DiffReport>('/eurek8s/diff');
    const kinds = applications.map(({ name, stage, differences }) => [
      name,
      stage,
      differences.map(({ kind }) => kind),
    ]);
    assert.deepEqual(kinds, [
      ['CAROL', 'dual', ['added']],
      ['DAVE', 'kubernetes-only', ['added']],
      ['ERIN', 'none', ['refused']],
      ['ORDERS', 'legacy-only', []],
    ]);
    const erin = applications.find(({ name }) => name === 'ERIN')?.differences[0];
    assert.equal(erin?.id, 'local/shop/erin');
    assert.match(erin.reason, /^bad-annotation: /);
    const text = await scene.curl('/eurek8s/diff');
    assert.match(text, /^CAROL \(dual\)\n {2}added +eurek8s:.*\n {6}published by local\/shop\/carol: /m);
    assert.match(text, /^1 application served as registered$/m);
  });

  test('at a full share what is registered stays part of the application, and is told to be hidden', async () => {
    scene.publish({ name: 'carol', host: 'carol.k8s.example.com', port: 8080, annotations: { traffic: '100%' } });
    const carol = await until('the registration is hidden', async () => {
      const { applications } = await scene.json<DiffReport>('/eurek8s/diff');
      const found = applications.find(({ name }) => name === 'CAROL');
      return found?.differences.some(({ kind }) => kind === 'hidden') === true && found;
    });
    assert.equal(carol.stage, 'dual');
    assert.match(carol.differences.find(({ id }) => id === 'c-1')?.reason ?? '', /^traffic-full: /);
  });

  test('nothing is told before the registry is known', async (t) => {
    const { url } = await serveUnsynced(t);
    for (const path of ['/eurek8s/apps', '/eurek8s/diff']) {
      const { status, body } = await httpRequest(url + path);
      assert.equal(status, 503, path);
      assert.match(body, /waiting for the first complete view of legacy/);
    }
  });
});
