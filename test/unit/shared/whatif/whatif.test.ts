import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import type { Caller } from '../../../../shared/whatif/caller.ts';
import { callerZone } from '../../../../shared/whatif/known-zones.ts';
import { notesOf } from '../../../../shared/whatif/notes.ts';
import { renderWhatIf } from '../../../../shared/whatif/render-whatif.ts';
import { whatIf, type WhatIf } from '../../../../shared/whatif/whatif.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_750_000_600_000;

function merged(
  name: string,
  instances: readonly InstanceRecord[],
  publications: readonly Publication[] = [],
): MergedApplication {
  const sources = [
    { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
    { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications } },
  ];
  return mergeApplication(appName(name), sources, OPEN_RULES, undefined, NOW);
}

function snapshotOf(...applications: readonly MergedApplication[]): RegistrySnapshot {
  const all = new Map(applications.map((each) => [each.name, each]));
  return advance(emptySnapshot(7, NOW), all, NOW, DELTA_WINDOW).snapshot;
}

/** An instance of ALICE; a zone of `undefined` is none. */
function alice(id: string, zone: string | undefined, overrides: Partial<InstanceRecord> = {}): InstanceRecord {
  return instance('ALICE', id, { metadata: new Map(zone === undefined ? [] : [['zone', zone]]), ...overrides });
}

const HALF = publication('ALICE', { traffic: { kind: 'share', percent: 50 } });
const FLEET = [
  alice('a-1', 'zone1'),
  alice('a-2', 'zone1'),
  alice('a-3', 'zone2'),
  alice('a-4', 'zone2', { status: 'DOWN' }),
];
const MIXED = snapshotOf(merged('ALICE', FLEET, [HALF]));
const INGRESS = 'http://alice.k8s.example.com:80';

function ask(snapshot: RegistrySnapshot, given: Partial<Caller> & { readonly name?: string } = {}): WhatIf {
  const { name = 'alice', client = 'ribbon', zone } = given;
  const answer = whatIf(snapshot, name, { client, zone });
  assert.ok(answer !== undefined, name);
  return answer;
}

function shares({ choices }: WhatIf): readonly (readonly [string, number, number])[] {
  return choices.map(({ url, entries, percent }) => [url, entries, percent]);
}

function reasons({ leftOut }: WhatIf): readonly (readonly [string, string])[] {
  return leftOut.flatMap(({ ids, reason }) => ids.map((id) => [id, reason] as const));
}

describe('Ribbon', () => {
  test('keeps to its zone while that has any, whatever the case of letters', () => {
    for (const zone of ['zone1', 'ZONE1']) {
      const answer = ask(MIXED, { zone });
      assert.deepEqual(shares(answer), [
        [INGRESS, 2, 50],
        ['http://a-1.corp.example:8080', 1, 25],
        ['http://a-2.corp.example:8080', 1, 25],
      ]);
      assert.deepEqual([answer.entries, answer.kubernetesPercent, answer.fallsBack], [4, 50, false]);
    }
  });

  test('leaves out what is not UP and what is in other zones, and says so of each', () => {
    const left = reasons(ask(MIXED, { zone: 'zone1' }));
    assert.deepEqual(
      left.filter(([id]) => id.startsWith('a-')),
      [
        ['a-4', 'it is DOWN'],
        ['a-3', 'it is in zone2'],
      ],
    );
    assert.equal(left.length, 3);
  });

  test('takes all zones where its own has nothing', () => {
    const answer = ask(MIXED, { zone: 'zone9' });
    assert.deepEqual([answer.entries, answer.fallsBack, answer.zone], [6, true, 'zone9']);
    assert.match(answer.notes.join('\n'), /^nothing of it is UP in zone9: so it takes all zones$/m);
  });

  test('without a zone is in defaultZone, and so is what has none', () => {
    const all = ask(MIXED);
    assert.deepEqual([all.zone, all.entries, all.fallsBack], ['defaultZone', 6, true]);
    const trap = ask(
      snapshotOf(merged('ALICE', [alice('a-1', 'zone1'), alice('a-2', 'zone1'), alice('a-3', undefined)])),
    );
    assert.deepEqual(shares(trap), [['http://a-3.corp.example:8080', 1, 100]]);
  });

  test('counts what has no zone to the first of its own availability zones, which a note tells', () => {
    const snapshot = snapshotOf(merged('ALICE', [alice('a-1', 'zone1'), alice('a-2', undefined)]));
    const answer = ask(snapshot, { zone: 'zone1' });
    assert.deepEqual(reasons(answer), [['a-2', 'it has no zone, which counts as defaultZone']]);
    assert.match(
      answer.notes.join('\n'),
      /^1 entry has no zone: a caller that has zone1 first in .* takes them, too$/m,
    );
    assert.deepEqual(ask(snapshot, { zone: 'defaultZone' }).notes, []);
  });

  test('takes zones that differ in the case of letters only for one', () => {
    const instances = [alice('a-1', 'zone1'), alice('a-2', 'ZONE1')];
    const answer = ask(snapshotOf(merged('ALICE', instances, [publication('ALICE')])));
    assert.doesNotMatch(answer.notes.join('\n'), /calls under way/);
  });

  test('takes the zone from the metadata, else from Amazon', () => {
    const amazon = { name: 'Amazon', metadata: new Map([['availability-zone', 'us-east-1a']]) } as const;
    const instances = [
      alice('a-1', undefined, { dataCenterInfo: amazon }),
      alice('a-2', 'zone2', { dataCenterInfo: amazon }),
    ];
    const answer = ask(snapshotOf(merged('ALICE', instances)), { zone: 'us-east-1a' });
    assert.deepEqual([shares(answer).length, reasons(answer)], [1, [['a-2', 'it is in zone2']]]);
    const nowhere = alice('a-3', undefined, { dataCenterInfo: { name: 'Amazon', metadata: new Map() } });
    const { notes } = ask(snapshotOf(merged('ALICE', [...instances, nowhere])), { zone: 'us-east-1a' });
    assert.match(notes.join('\n'), /^1 entry has no zone: /m);
  });

  test('counts duplicates and copies, and calls an enabled secure port by https', () => {
    const secure = { securePort: { number: 8443, enabled: true } };
    const instances = [
      alice('a-1', 'zone1', secure),
      alice('a-2', 'zone1', { ...secure, hostName: 'a-1.corp.example' }),
    ];
    const answer = ask(snapshotOf(merged('ALICE', instances)));
    assert.deepEqual(shares(answer), [['https://a-1.corp.example:8443', 2, 100]]);
  });

  test('of several zones with different shares says what many calls at a time change', () => {
    const single = publication('ALICE');
    const note = /then Kubernetes gets from 0% to 33\.3%$/m;
    assert.match(ask(snapshotOf(merged('ALICE', FLEET, [single]))).notes.join('\n'), note);
    assert.doesNotMatch(ask(MIXED).notes.join('\n'), /calls under way/);
  });
});

describe('Spring Cloud LoadBalancer', () => {
  test('goes round all that is UP, and with a zone keeps to it', () => {
    assert.deepEqual(
      [ask(MIXED, { client: 'springlb' }).entries, ask(MIXED, { client: 'springlb' }).zone],
      [6, undefined],
    );
    const inZone = ask(MIXED, { client: 'springlb', zone: 'zone2' });
    assert.deepEqual([inZone.entries, inZone.kubernetesPercent], [2, 50]);
    assert.equal(ask(MIXED, { client: 'springlb', zone: 'zone9' }).entries, 6);
  });

  test('without a zone says what zone-preference would make of that', () => {
    const instances = [alice('a-1', undefined), alice('a-2', undefined)];
    const snapshot = snapshotOf(merged('ALICE', instances, [publication('ALICE')]));
    const { notes, kubernetesPercent } = ask(snapshot, { client: 'springlb' });
    assert.equal(kubernetesPercent, 33.3);
    assert.deepEqual(notes, [
      'with zone-preference a caller without a zone is in defaultZone: then Kubernetes gets 100% of its calls (--zone defaultZone)',
    ]);
    assert.equal(ask(snapshot, { client: 'springlb', zone: 'defaultZone' }).kubernetesPercent, 100);
    assert.deepEqual(ask(MIXED, { client: 'springlb' }).notes, [], 'nothing is in defaultZone');
  });

  test('knows the zone of the metadata alone', () => {
    const dataCenterInfo = { name: 'Amazon', metadata: new Map([['availability-zone', 'zone1']]) } as const;
    const instances = [alice('a-1', 'zone1'), alice('a-2', undefined, { dataCenterInfo }), alice('a-3', undefined)];
    assert.deepEqual(reasons(ask(snapshotOf(merged('ALICE', instances)), { client: 'springlb', zone: 'zone1' })), [
      ['a-2', 'its metadata has no zone, and its availability zone zone1 does not count'],
      ['a-3', 'its metadata has no zone'],
    ]);
  });
});

describe('eureka-js-client', () => {
  test('keeps one of each host and port, and knows no zones', () => {
    const answer = ask(MIXED, { client: 'node', zone: 'zone1' });
    assert.deepEqual([answer.entries, answer.kubernetesPercent, answer.zone], [4, 25, undefined]);
    assert.deepEqual(answer.notes, ['eureka-js-client knows no zones']);
    assert.deepEqual(
      answer.leftOut.map(({ code, entries }) => [code, entries]),
      [
        ['not-up', 1],
        ['same-address', 2],
      ],
    );
  });

  test('calls the plain port, enabled or not', () => {
    const secure = alice('a-1', 'zone1', {
      port: { number: 80, enabled: false },
      securePort: { number: 443, enabled: true },
    });
    const answer = ask(snapshotOf(merged('ALICE', [secure])), { client: 'node' });
    assert.deepEqual(shares(answer), [['http://a-1.corp.example:80', 1, 100]]);
    assert.match(answer.notes.join(), /the port of 1 entry is not enabled/);
  });

  test('finds an application in any case, and a vip as it is written', () => {
    const snapshot = snapshotOf(merged('ALICE', [alice('a-1', 'zone1', { vipAddress: 'Alice.V1' })]));
    assert.equal(ask(snapshot, { client: 'node', name: 'Alice' }).entries, 1);
    assert.equal(ask(snapshot, { client: 'node', name: 'Alice.V1' }).entries, 1);
    const wrong = ask(snapshot, { client: 'node', name: 'alice.v1' });
    assert.deepEqual([wrong.entries, wrong.notes], [0, ['eureka-js-client finds a vip only as it is written']]);
    assert.deepEqual(reasons(wrong), [['a-1', 'its vip is Alice.V1']]);
  });
});

describe('a name', () => {
  const two = snapshotOf(
    merged('ALICE', [
      alice('a-1', 'zone1', { vipAddress: 'shared,alice' }),
      alice('a-2', 'zone1', { vipAddress: 'other' }),
    ]),
    merged('BOB', [instance('BOB', 'b-1', { vipAddress: 'SHARED' })]),
    merged('CAROL', [instance('CAROL', 'c-1', { vipAddress: 'carol.v2' })]),
    merged('DAVE', [instance('DAVE', 'd-1', { vipAddress: undefined })]),
  );

  test('is a vip to Java clients, whatever the application and the case of letters', () => {
    const answer = ask(two, { name: 'Shared' });
    assert.deepEqual(
      answer.choices.map(({ app, percent }) => [app, percent]),
      [
        ['ALICE', 50],
        ['BOB', 50],
      ],
    );
    assert.deepEqual([answer.lookup, reasons(answer)], [{ by: 'vip', name: 'Shared' }, [['a-2', 'its vip is other']]]);
  });

  test('of an application means its vip, which is said where it is another word', () => {
    assert.deepEqual(ask(two, { name: 'CAROL' }).lookup, { by: 'vip', name: 'carol.v2' });
    assert.deepEqual(ask(two, { name: 'carol' }).notes.slice(0, 1), [
      'callers find it by its vip carol.v2, not as carol',
    ]);
    assert.equal(ask(two, { name: 'carol' }).entries, 1);
  });

  test('of an application without a vip finds nothing', () => {
    const answer = ask(two, { name: 'dave' });
    assert.deepEqual([answer.lookup, answer.entries, reasons(answer)], [undefined, 0, [['d-1', 'it has no vip']]]);
  });

  test('that nothing is called by is unknown to all', () => {
    for (const client of ['ribbon', 'springlb', 'node'] as const)
      assert.equal(whatIf(two, 'nobody', { client, zone: undefined }), undefined);
  });

  test('of an application finds other entries as a vip, which is said to those who may ask for either', () => {
    const vips = ({ name }: { readonly name: string }) => ask(two, { client: 'node', name }).notes;
    const both = snapshotOf(
      merged('ALICE', [alice('a-1', 'zone1'), alice('a-2', 'zone1', { status: 'DOWN' })]),
      merged('BOB', [instance('BOB', 'b-1', { vipAddress: 'alice,bob' })]),
    );
    assert.deepEqual(ask(both, { client: 'node' }).notes, [
      'who asks for it as a vip finds 2 entries UP, of 2 applications',
    ]);
    assert.deepEqual(ask(both, { client: 'node', name: 'bob' }).notes, []);
    assert.deepEqual(vips({ name: 'alice' }), ['who asks for it as a vip finds 1 entry UP, of 1 application']);
    assert.deepEqual(vips({ name: 'carol' }), []);
  });

  test('that only hidden instances have as their vip is known, and finds nobody', () => {
    const full = publication('ALICE', { traffic: { kind: 'share', percent: 100 } });
    const overridden = { ...full, overrides: { ...full.overrides, vipAddress: 'new' } };
    const snapshot = snapshotOf(merged('ALICE', [alice('a-1', 'zone1', { vipAddress: 'old' })], [overridden]));
    for (const client of ['ribbon', 'springlb', 'node'] as const) {
      const answer = ask(snapshot, { client, name: 'old' });
      assert.deepEqual([answer.lookup, answer.entries], [{ by: 'vip', name: 'old' }, 0]);
      assert.match(reasons(answer).join('\n'), /its vip is new\n.*a-1,it is in no list/s);
    }
  });

  test('of hidden instances tells of them', () => {
    const full = publication('ALICE', { traffic: { kind: 'share', percent: 100 } });
    const answer = ask(snapshotOf(merged('ALICE', [alice('a-1', 'zone1')], [full])), { zone: 'zone1' });
    assert.deepEqual([answer.entries, answer.kubernetesPercent], [1, 100]);
    assert.match(reasons(answer).join(), /^a-1,it is in no list \(/);
  });
});

describe('the zone of a caller', () => {
  test('is written as something in the registry writes it', () => {
    for (const [given, zone] of [
      ['zone1', 'zone1'],
      ['Zone2', 'zone2'],
      ['defaultzone', 'defaultZone'],
    ] as const)
      assert.deepEqual(callerZone(given, MIXED), { zone, notes: [] });
    const full = publication('ALICE', { traffic: { kind: 'share', percent: 100 } });
    const elsewhere = { ...full, overrides: { ...full.overrides, zone: 'zone2' } };
    const hidden = snapshotOf(merged('ALICE', [alice('a-1', 'zone1')], [elsewhere]));
    assert.deepEqual(callerZone('ZONE1', hidden), { zone: 'zone1', notes: [] }, 'a hidden instance is registered, too');
  });

  test('may be new or mistyped: the answer is that of the client, with a note', () => {
    const note = 'nothing in the registry is in zone';
    for (const zone of ['mars', 'zone3', 'ZONE3'])
      assert.deepEqual(callerZone(zone, MIXED), { zone, notes: [`${note} ${zone}`] }, 'no slip of the pen');
    for (const client of ['ribbon', 'springlb'] as const) {
      const answer = ask(MIXED, { client, zone: 'zome1' });
      assert.deepEqual([answer.zone, answer.entries, answer.fallsBack], ['zome1', 6, true]);
      assert.equal(answer.notes[0], `${note} zome1, did you mean "zone1"?`);
      assert.equal(ask(MIXED, { client, zone: 'Zone1' }).zone, 'zone1');
    }
    assert.deepEqual(ask(MIXED, { client: 'node', zone: 'mars' }).notes, ['eureka-js-client knows no zones']);
  });
});

test('as many zones as instances are no reason to fail', () => {
  const chosen = Array.from({ length: 150_000 }, (_, i) => ({
    record: alice(`a-${i}`, `z${i}`),
    world: i === 0 ? ('kubernetes' as const) : ('legacy' as const),
  }));
  const choosing = { chosen, leftOut: [], zone: 'elsewhere', fallsBack: true };
  const notes = notesOf({ client: 'ribbon', zone: 'elsewhere' }, choosing);
  assert.match(notes.join('\n'), /then Kubernetes gets from 0% to 100%$/m);
});

test('a person reads the share first, then what it is made of, then what is not in it', () => {
  assert.equal(
    renderWhatIf(ask(MIXED, { zone: 'zone1' })),
    `alice: a caller with Ribbon in zone1 chooses among 4 entries; Kubernetes gets 50% of its calls
found by the vip alice
Ribbon, as Spring Cloud sets it up: what is UP, of its own zone while that has any, in turn

chooses among
  SHARE  ENTRIES  URL                              APPLICATION  FROM        ZONE
  50%    2        http://alice.k8s.example.com:80  ALICE        Kubernetes  zone1
  25%    1        http://a-1.corp.example:8080     ALICE        registered  zone1
  25%    1        http://a-2.corp.example:8080     ALICE        registered  zone1

leaves out
  ENTRIES  URL                              APPLICATION  FROM        ZONE   CODE
  1        http://a-4.corp.example:8080     ALICE        registered  zone2  not-up
    it is DOWN
  1        http://a-3.corp.example:8080     ALICE        registered  zone2  other-zone
    it is in zone2
  1        http://alice.k8s.example.com:80  ALICE        Kubernetes  zone2  other-zone
    it is in zone2
`,
  );
});

test('a person reads that there is nobody to call', () => {
  const text = renderWhatIf(
    ask(snapshotOf(merged('ALICE', [alice('a-1', 'zone1', { status: 'DOWN' })])), { zone: 'zone1' }),
  );
  assert.match(text, /^alice: a caller with Ribbon in zone1 has nobody to call\n/);
  const none = renderWhatIf(ask(snapshotOf(merged('ALICE', [alice('a-1', 'zone1', { vipAddress: '' })]))));
  assert.match(none, /^there is no vip to find it by$/m);
});
