import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explainApplication, type Explanation } from '../../../../shared/api/explain.ts';
import { isThere, notYet, renderNotYet, type Awaited } from '../../../../shared/api/wait.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { mergeApplication, type MergeRules } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const registered = { instances: [instance('ALICE', 'i-1')] };
const ANYWHERE: Awaited = { app: 'ALICE', status: 'UP', source: undefined };

function explained(
  legacy: Partial<AppContribution>,
  kubernetes: Partial<AppContribution> = {},
  rules: MergeRules = OPEN_RULES,
): Explanation {
  const merged = mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, ...legacy } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, ...kubernetes } },
    ],
    rules,
    undefined,
    0,
  );
  return explainApplication(merged, [], 0, () => undefined);
}

describe('what is waited for', () => {
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

  test('name an instance that is hidden, if it comes from where it is waited for', () => {
    const rules: MergeRules = { ...OPEN_RULES, application: () => ({ policy: 'kubernetes-only', namespaces: [] }) };
    const hidden = explained({ instances: [instance('ALICE', 'i-1')] }, {}, rules);
    assert.deepEqual(notYet(hidden, ANYWHERE, [], 0).reasons, ['i-1 is hidden, policy: the policy is kubernetes-only']);
    assert.deepEqual(notYet(hidden, { ...ANYWHERE, source: 'cluster:main' }, [], 0).reasons, [
      'nothing from cluster:main claims ALICE, whatever else is known of it',
    ]);
  });

  test('name the Ingress of an entry, once for all its entries', () => {
    const share = { kind: 'share', percent: 70 } as const;
    const several = explained(registered, { publications: [publication('ALICE', { traffic: share })] });
    assert.ok(several.served.length > 2);
    assert.deepEqual(notYet(several, { app: 'ALICE', status: 'DOWN', source: 'kubernetes' }, [], 0).reasons, [
      'main/shop/alice is UP: derived from the Ingress: 2 of 2 endpoints ready',
    ]);
  });

  test('are what the sources say of an application that nobody knows', () => {
    const { reasons } = notYet(undefined, ANYWHERE, ['legacy is stale: refused'], 0);
    assert.deepEqual(reasons, ['legacy is stale: refused']);
    assert.deepEqual(notYet(undefined, ANYWHERE, [], 0).reasons, [
      'nothing claims ALICE, whatever else is known of it',
    ]);
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
