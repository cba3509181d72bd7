import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainInheritance } from '../../../../shared/api/inheritance.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import type { Policy } from '../../../../shared/contribution/policy.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication, type MergeRules } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_750_000_000_000;

interface Given {
  readonly instances?: readonly InstanceRecord[];
  readonly published?: boolean;
  readonly before?: MergedApplication;
  readonly rules?: Partial<MergeRules>;
}

function merged({ instances = [], published = true, before, rules = {} }: Given): MergedApplication {
  const publications = published ? [publication('ALICE')] : [];
  return mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications } },
    ],
    { ...OPEN_RULES, ...rules },
    before,
    NOW,
  );
}

function twin(id: string, metadata: Readonly<Record<string, string>>, others: Partial<InstanceRecord> = {}) {
  return instance('ALICE', id, { metadata: new Map(Object.entries(metadata)), ...others });
}

const TWINS = [
  twin('i-1', { zone: 'dc2', team: 'a', tier: '1', build: '7', node: 'n1' }, { vipAddress: 'alice-vip' }),
  twin('i-2', { zone: 'dc1', team: 'a', tier: '1', build: '8', node: 'n2' }, { vipAddress: 'alice-vip' }),
];

test('where nothing comes from Kubernetes and the instances are there, nothing is inherited', () => {
  assert.equal(explainInheritance(merged({ published: false })), undefined);
  assert.equal(explainInheritance(merged({ instances: TWINS, published: false })), undefined);
});

test('where no instance was ever seen, the defaults are named, and that another replica may have others', () => {
  const explained = explainInheritance(merged({}));
  assert.deepEqual(explained, {
    from: 'nothing',
    instances: 0,
    goneSince: undefined,
    vip: undefined,
    secureVip: undefined,
    zones: [],
    metadata: {},
    disputed: [],
    homePath: undefined,
    statusPath: undefined,
    healthPath: undefined,
    text:
      'nothing is inherited, as this replica never saw an instance registered: vip alice, zone defaultZone, ' +
      'unless annotations say otherwise; a replica that saw one has other values until they do',
  });
});

test('what the instances agree on is inherited, and what they do not agree on is named', () => {
  const explained = explainInheritance(merged({ instances: TWINS }));
  assert.deepEqual([explained?.from, explained?.instances, explained?.zones], ['registered', 2, ['dc1', 'dc2']]);
  assert.deepEqual([explained?.metadata, explained?.disputed], [{ team: 'a', tier: '1' }, ['build', 'node']]);
  assert.equal(
    explained?.text,
    'inherited from 2 registered instances: vip alice-vip, zone dc1 dc2, 2 entries of the metadata; ' +
      'not agreed on, so left out: build node',
  );
});

test('what one instance without a zone or a vip leaves to the defaults', () => {
  const one = twin('i-1', { team: 'a' }, { vipAddress: undefined, secureVipAddress: undefined });
  const explained = explainInheritance(merged({ instances: [one] }));
  assert.equal(
    explained?.text,
    'inherited from 1 registered instance: vip alice, zone defaultZone, 1 entry of the metadata',
  );
});

test('paths and vips are those of the instances', () => {
  const pages = {
    homePageUrl: 'http://i-1.corp.example:8080/home',
    statusPageUrl: 'http://i-1.corp.example:8080/info',
    healthCheckUrl: 'http://i-1.corp.example:8080/health',
    secureVipAddress: 'alice-secure',
  };
  const explained = explainInheritance(merged({ instances: [twin('i-1', {}, pages)] }));
  assert.deepEqual(
    [explained?.homePath, explained?.statusPath, explained?.healthPath, explained?.vip, explained?.secureVip],
    ['/home', '/info', '/health', 'alice', 'alice-secure'],
  );
});

test('what instances left that are gone is kept, with or without an Ingress, and since when', () => {
  const before = merged({ instances: TWINS });
  for (const published of [true, false]) {
    const explained = explainInheritance(merged({ before, published }));
    assert.deepEqual(
      [explained?.from, explained?.instances, explained?.goneSince],
      ['kept', 0, '2025-06-15T15:06:40.000Z'],
    );
    assert.equal(
      explained?.text,
      'inherited from instances that are gone since 2025-06-15T15:06:40.000Z, and kept: vip alice-vip, zone dc1 dc2, ' +
        '2 entries of the metadata; not agreed on, so left out: build node',
    );
  }
});

test('instances that a policy hides are counted, those at addresses that nobody reaches are not', () => {
  const policy: Policy = 'kubernetes-only';
  const hidden = merged({ instances: TWINS, rules: { application: () => ({ policy, namespaces: [] }) } });
  assert.equal(explainInheritance(hidden)?.instances, 2);
  const absorbed = merged({ instances: TWINS });
  const origin = { kind: 'registration', source: sourceId('legacy') } as const;
  const entries = TWINS.map((record) => ({ record, origin, code: 'overlay', reason: '' }) as const);
  assert.equal(explainInheritance({ ...absorbed, served: [], hidden: entries })?.instances, 0);
});
