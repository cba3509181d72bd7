import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { inherit } from '../../../../shared/registry/template.ts';

/** The entry that is made beside these registrations, and its notices. */
function beside(
  twins: readonly InstanceRecord[],
  published: Publication = publication('ALICE'),
): { readonly record: InstanceRecord; readonly notices: readonly string[] } {
  const merged = mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: twins } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications: [published] } },
    ],
    OPEN_RULES,
    undefined,
    1_760_000_000_000,
  );
  const record = merged.served.find(({ id }) => id.startsWith('eurek8s:'));
  const origin = record && merged.origins.get(record.id);
  assert.ok(record && origin?.kind === 'ingress');
  return { record, notices: origin.notices };
}

const EMPTY = { vipAddress: '', secureVipAddress: ' ' };

test('an empty or blank vip counts as absent: the name of the application replaces it', () => {
  const { record } = beside([instance('ALICE', 'a-1', EMPTY)]);
  assert.equal(record.vipAddress, 'alice');
  assert.equal(record.secureVipAddress, 'alice');
});

test('vip and secure vip each come from the first registration that has one', () => {
  const twins = [
    instance('ALICE', 'a-1', EMPTY),
    instance('ALICE', 'a-2', { vipAddress: undefined, secureVipAddress: 'alice-secure' }),
    instance('ALICE', 'a-3', { vipAddress: 'Alice.V1', secureVipAddress: 'other' }),
  ];
  const { record } = beside(twins);
  assert.equal(record.vipAddress, 'Alice.V1');
  assert.equal(record.secureVipAddress, 'alice-secure');
});

const MANAGED = {
  port: { number: 8080, enabled: true },
  securePort: { number: 8443, enabled: false },
  homePageUrl: 'http://c9.ec2:8080/home',
  statusPageUrl: 'http://c9.ec2:8081/manage/info',
  healthCheckUrl: 'http://[fe80::1]:8081/manage/health?deep=1',
};

test('pages on a management port are not inherited, with a notice', () => {
  const { record, notices } = beside([instance('ALICE', 'a-1', MANAGED)]);
  assert.equal(record.homePageUrl, 'http://alice.k8s.example.com/home');
  assert.equal(record.statusPageUrl, 'http://alice.k8s.example.com/actuator/info');
  assert.equal(record.healthCheckUrl, 'http://alice.k8s.example.com/actuator/health');
  assert.deepEqual(
    notices.map((notice) => /the (\w+) page/.exec(notice)?.[1]),
    ['status', 'health'],
  );
});

test('an annotation for a page removes the notice', () => {
  const published = publication('ALICE');
  const overrides = { ...published.overrides, statusPagePath: '/info', healthCheckPath: '/healthz' };
  const { record, notices } = beside([instance('ALICE', 'a-1', MANAGED)], { ...published, overrides });
  assert.equal(record.healthCheckUrl, 'http://alice.k8s.example.com/healthz');
  assert.deepEqual(notices, []);
});

test('pages on the ports of the service, or without a port, are inherited', () => {
  for (const [url, path] of [
    ['http://c9.ec2/health', '/health'],
    ['https://c9.ec2:8443/health?a=b#c', '/health?a=b'],
    ['http://user@c9.ec2:8080/health', '/health'],
    ['http://[::1]/health', '/health'],
    ['http://c9.ec2:8080', '/'],
  ] as const) {
    const { record, notices } = beside([
      instance('ALICE', 'a-1', { ...MANAGED, statusPageUrl: url, healthCheckUrl: url }),
    ]);
    assert.equal(record.healthCheckUrl, `http://alice.k8s.example.com${path}`, url);
    assert.deepEqual(notices, [], url);
  }
});

test('an empty health check URL counts as absent: the secure one replaces it', () => {
  const twin = instance('ALICE', 'a-1', { healthCheckUrl: '', secureHealthCheckUrl: 'https://c9/secure' });
  assert.equal(beside([twin]).record.healthCheckUrl, 'http://alice.k8s.example.com/secure');
});

test('of values that equally many have, the one with the newest data counts', () => {
  const twins = [
    instance('ALICE', 'a-1', { vipAddress: 'old', lastDirtyTimestamp: 1 }),
    instance('ALICE', 'a-2', { vipAddress: 'new', lastDirtyTimestamp: 2 }),
  ];
  assert.equal(beside(twins).record.vipAddress, 'new');
});

test('what is equal to the template before is the same object; another order is not equal, or replicas would differ', () => {
  const twin = (...keys: readonly string[]): InstanceRecord =>
    instance('ALICE', 'a-1', { metadata: new Map(keys.map((key) => [key, 'same'])) });
  const before = inherit([twin('x', 'y')], undefined, 0);
  const same = inherit([twin('x', 'y')], before, 1);
  assert.ok(before !== undefined && same !== undefined);
  assert.equal(same.metadata, before.metadata);
  assert.equal(same.zones, before.zones);
  const turned = inherit([twin('y', 'x')], before, 1);
  assert.deepEqual([...(turned?.metadata.keys() ?? [])], ['y', 'x']);
});
