import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explainApplication, type Explanation } from '../../../../shared/api/explain.ts';
import { isThere, notYet, renderNotYet, type Awaited } from '../../../../shared/api/wait.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const ANYWHERE: Awaited = { app: 'ALICE', status: 'UP', source: undefined };

function explained(legacy: Partial<AppContribution>, kubernetes: Partial<AppContribution> = {}): Explanation {
  const merged = mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, ...legacy } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, ...kubernetes } },
    ],
    OPEN_RULES,
    undefined,
    0,
  );
  return explainApplication(merged, [], 0, () => undefined);
}

describe('what is waited for', () => {
  const registered = { instances: [instance('ALICE', 'i-1')] };
  const published = { publications: [publication('ALICE', {})] };

  test('is there from anywhere, from a world, or from one source', () => {
    const both = explained(registered, published);
    for (const source of [undefined, 'legacy', 'kubernetes', 'cluster:main'])
      assert.ok(isThere(both, { ...ANYWHERE, source }), `${source}`);
    for (const source of ['kubernetes', 'cluster:main', 'cluster:other'])
      assert.ok(!isThere(explained(registered), { ...ANYWHERE, source }), source);
  });

  test('needs the status that is asked for', () => {
    const down = explained({ instances: [instance('ALICE', 'i-1', { status: 'DOWN' })] });
    assert.ok(!isThere(down, ANYWHERE));
    assert.ok(isThere(down, { ...ANYWHERE, status: 'DOWN' }));
  });
});

describe('the reasons why it is not there', () => {
  test('name entries of the place that is asked for, what is hidden and refused, and each text once', () => {
    const refusals = [{ object: 'main/shop/other', code: 'wildcard-host', reason: 'give it eurek8s.io/host' }] as const;
    const down = { instances: ['i-1', 'i-2'].map((id) => instance('ALICE', id, { status: 'DOWN' })) };
    const { error, reasons } = notYet(explained(down, { refusals }), ANYWHERE, ['legacy is stale: refused'], 1500);
    assert.equal(error, 'no entry of ALICE is UP after 1.5 s');
    assert.deepEqual(reasons, [
      'i-1 is DOWN: registered by the instance itself',
      'i-2 is DOWN: registered by the instance itself',
      'main/shop/other is not served, wildcard-host: give it eurek8s.io/host',
      'legacy is stale: refused',
    ]);
    const fromKubernetes = notYet(explained(down, { refusals }), { ...ANYWHERE, source: 'kubernetes' }, [], 0);
    assert.deepEqual(fromKubernetes.reasons, ['main/shop/other is not served, wildcard-host: give it eurek8s.io/host']);
  });

  test('are never missing', () => {
    const { error, reasons } = notYet(explained({}), { ...ANYWHERE, source: 'kubernetes' }, [], 0);
    assert.equal(error, 'no entry of ALICE from kubernetes is UP after 0 s');
    assert.deepEqual(reasons, ['nothing from kubernetes claims ALICE, whatever else is known of it']);
  });

  test('are text that controls no terminal', () => {
    const text = renderNotYet({ error: 'no entry', reasons: ['a\u001b[31m', 'b'] });
    assert.equal(text, 'no entry\n2 reasons\n  a?[31m\n  b\n');
  });
});
