import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainApplication } from '../../../../shared/api/explain.ts';
import { renderExplanation } from '../../../../shared/api/render-explanation.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import type { Policy } from '../../../../shared/contribution/policy.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_750_000_600_000;

function merged(instances: readonly InstanceRecord[], published?: Partial<Publication>, policy: Policy = 'both') {
  const publications = published === undefined ? [] : [publication('ALICE', published)];
  return mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications } },
    ],
    { ...OPEN_RULES, application: () => ({ policy, namespaces: [] }) },
    undefined,
    NOW,
  );
}

const explained = (application: MergedApplication) => explainApplication(application, [], NOW, () => undefined);
const text = (application: MergedApplication): string => renderExplanation(explained(application), NOW);
const REGISTERED = { lastUpdatedTimestamp: NOW - 60_000 };

test('an application of registered instances alone has nothing to read but these', () => {
  const ports = { port: { number: 8080, enabled: true }, securePort: { number: 8443, enabled: true } };
  const odd = {
    ipAddr: '',
    port: { number: 80, enabled: false },
    metadata: new Map(),
    lastUpdatedTimestamp: 0,
  };
  assert.equal(
    text(
      merged([
        instance('ALICE', 'i-1', { ...REGISTERED, ...ports, metadata: new Map() }),
        instance('ALICE', 'i-2', odd),
      ]),
    ),
    `\
ALICE: callers choose among 2 UP entries: 2 registered, 0 from Kubernetes (0% of the calls)
nothing of it changed in the last 3 min: whoever polls has this view
policy both

served (2)
  ID   STATUS  HOST              ADDRESS    PORTS                 ZONE  FROM    SINCE
  i-1  UP      i-1.corp.example  10.20.0.7  http:8080,https:8443  -     legacy  60 s
  i-2  UP      i-2.corp.example  -          -                     -     legacy  unknown
`,
  );
});

test('an application of which nothing is served and nothing is refused has no empty lists', () => {
  assert.equal(
    text(merged([])),
    `\
ALICE: callers find no UP entry: they have nobody to call
nothing of it changed in the last 3 min: whoever polls has this view
policy both

served: nothing
`,
  );
});

test('what is published in the legacy stands between what is served and the zones', () => {
  const application = merged([instance('ALICE', 'i-1', { metadata: new Map([['zone', 'dc2']]) })], {});
  const publishing = { entries: 1, published: [{ id: 'a', since: undefined }], notPublished: [], notes: [] };
  const withIt = renderExplanation(
    explainApplication(application, [], NOW, () => undefined, publishing),
    NOW,
  );
  assert.match(withIt, /\n\npublished in the legacy: 1 of 1 entry\n$/);
  assert.equal('publishing' in explained(application), false, 'absent where nothing is to be published');
  assert.doesNotMatch(text(application), /published in the legacy/);
});

test('callers without a zone are in the table of zones', () => {
  const shown = text(
    merged([instance('ALICE', 'i-1', { metadata: new Map() }), instance('ALICE', 'i-2')], {
      traffic: { kind: 'ready' },
      readyEndpoints: 2,
    }),
  );
  assert.ok(
    shown.endsWith(`

callers that keep to their own zone see
  ZONE         UP  KUBERNETES  SHARE
  -            1   0           0%
  dc1          2   1           50%
  defaultZone  1   1           100%
  what one of them chooses among, and what it leaves out: eurek8s whatif ALICE --zone ZONE
`),
    shown,
  );
});

test('hidden instances: a table with the code as its last column', () => {
  const shown = text(merged([instance('ALICE', 'i-1', REGISTERED)], {}, 'kubernetes-only'));
  assert.match(
    shown,
    /\n\nhidden \(1\): in no list, still answered one by one\n {2}ID +STATUS +HOST +ADDRESS +PORTS +ZONE +FROM +SINCE +CODE\n {2}i-1 +UP +\S+ +\S+ +\S+ +dc1 +legacy +60 s +policy\n {2}policy: the policy is kubernetes-only\n/,
  );
});

test('copies: how many of how many, and an id to know them by', () => {
  const one = text(merged([instance('ALICE', 'i-1')], { traffic: { kind: 'share', percent: 33.3 }, copies: true }));
  assert.match(one, /beside 1 registered instance and 1 copy of them$/m);
  assert.match(
    one,
    /^ {2}and 1 copy of each of 1 registered instance, with its host, ports, status and zone, under ids such as \S*i-1\S*: they make the share from Kubernetes finer$/m,
  );
});

test('shares that are missed in several zones: the nearest ones of each', () => {
  const inZone = (id: string, zone: string) => instance('ALICE', id, { metadata: new Map([['zone', zone]]) });
  const shown = text(
    merged([inZone('i-1', 'dc1'), inZone('i-2', 'dc2'), inZone('i-3', 'dc2'), inZone('i-4', 'dc2')], {
      traffic: { kind: 'share', percent: 50.5 },
    }),
  );
  assert.match(
    shown,
    /^nearest shares: 50% or 66\.7% beside 1 instance in dc1; 50% or 57\.1% beside 3 instances in dc2$/m,
  );
  assert.match(shown, /^the share asked for would be reached by .*\d+ registered instances in each zone$/m);
});
