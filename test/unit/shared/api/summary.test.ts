import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportSources } from '../../../../shared/api/sources.ts';
import { renderSummary, summarize } from '../../../../shared/api/summary.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { mergeApplication, type MergeRules } from '../../../../shared/registry/merge.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { advance, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_750_000_000_000;
const NO_SOURCES = reportSources([], [], NOW);

function merged(
  name: string,
  legacy: Partial<AppContribution>,
  kubernetes: Partial<AppContribution> = {},
  rules: MergeRules = OPEN_RULES,
): MergedApplication {
  return mergeApplication(
    appName(name),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, ...legacy } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, ...kubernetes } },
    ],
    rules,
    undefined,
    NOW,
  );
}

function snapshotOf(...applications: readonly MergedApplication[]): RegistrySnapshot {
  return advance(emptySnapshot(7, NOW), new Map(applications.map((each) => [each.name, each])), NOW, DELTA_WINDOW)
    .snapshot;
}

const TWO = { instances: [instance('ALICE', 'i-1'), instance('ALICE', 'i-2', { status: 'DOWN' })] };
const REFUSALS = [{ object: 'main/shop/x', code: 'no-host', reason: 'no host' } as const];
const ALICE = merged('ALICE', TWO, { publications: [publication('ALICE')], refusals: REFUSALS });

test('the summary counts registered, Kubernetes, hidden and refused entries, and says where to read more', () => {
  const summary = summarize('1.2.3', snapshotOf(ALICE));
  assert.deepEqual(summary, {
    version: '1.2.3',
    ready: true,
    registry: { version: 8, hashCode: 'DOWN_1_UP_2_', instances: 3, up: 2 },
    applications: [{ name: 'ALICE', legacy: 2, copies: 0, kubernetes: 1, up: 2, hidden: 0, refused: 1 }],
  });
  assert.equal(
    renderSummary(summary, NO_SOURCES, 'http://eurek8s:8761'),
    `\
Eurek8s 1.2.3: 3 entries of 1 application, 2 UP, version 8, hash DOWN_1_UP_2_

SOURCE  STATE  AGE  REQUIRED

APPLICATION  REGISTERED  KUBERNETES  UP  HIDDEN  NOT SERVED
ALICE        2           1           2   0       1

why an entry is there, or is not:  curl http://eurek8s:8761/eurek8s/explain/NAME
what changed, and why:             curl "http://eurek8s:8761/eurek8s/changes?since=-15m"
who calls, and from where:         curl http://eurek8s:8761/eurek8s/callers
what every source does:            curl http://eurek8s:8761/eurek8s/sources
what clients get:                  curl http://eurek8s:8761/eureka/apps
`,
  );
});

test('a registry of one entry, and an empty one without a hash', () => {
  const line = (snapshot: RegistrySnapshot) =>
    renderSummary(summarize('1.2.3', snapshot), NO_SOURCES, 'http://e').split('\n')[0];
  const one = snapshotOf(merged('ALICE', { instances: [instance('ALICE', 'i-1')] }));
  assert.equal(line(one), 'Eurek8s 1.2.3: 1 entry of 1 application, 1 UP, version 8, hash UP_1_');
  assert.equal(line(emptySnapshot(7, NOW)), 'Eurek8s 1.2.3: 0 entries of 0 applications, 0 UP, version 7');
});

test('an application is listed while anything is served, hidden or refused of it, and not otherwise', () => {
  const hiding: MergeRules = { ...OPEN_RULES, application: () => ({ policy: 'kubernetes-only', namespaces: [] }) };
  const snapshot = {
    ...snapshotOf(ALICE),
    applications: [
      ALICE,
      merged('HIDDEN', { instances: [instance('HIDDEN', 'i-1')] }, {}, hiding),
      merged('NOTHING', {}),
      merged('REFUSED', {}, { refusals: REFUSALS }),
      merged('BOTH', { instances: [instance('BOTH', 'i-1')] }, { refusals: REFUSALS }),
      merged('HALF', { instances: [instance('HALF', 'i-1')] }, { publications: [publication('HALF')] }, hiding),
      merged(
        'HIDDEN-AND-REFUSED',
        { instances: [instance('HIDDEN-AND-REFUSED', 'i-1')] },
        { refusals: REFUSALS },
        hiding,
      ),
    ],
  };
  assert.deepEqual(
    summarize('1', snapshot).applications.map(({ name, hidden, refused }) => `${name} ${hidden} ${refused}`),
    ['ALICE 0 1', 'HIDDEN 1 0', 'REFUSED 0 1', 'BOTH 0 1', 'HALF 1 0', 'HIDDEN-AND-REFUSED 1 1'],
  );
});

test('copies are counted apart, in the column of what they are copies of', () => {
  const share = { traffic: { kind: 'share', percent: 33.3 }, copies: true } as const;
  const instances = [instance('ALICE', 'i-1')];
  const summary = summarize(
    '1',
    snapshotOf(merged('ALICE', { instances }, { publications: [publication('ALICE', share)] })),
  );
  assert.deepEqual(summary.applications[0], {
    name: 'ALICE',
    legacy: 1,
    copies: 1,
    kubernetes: 1,
    up: 3,
    hidden: 0,
    refused: 0,
  });
  assert.match(renderSummary(summary, NO_SOURCES, 'http://e'), /^ALICE +1 \(1 copy\) +1 +3 +0 +0$/m);
  const several = { ...summary, applications: [{ ...summary.applications[0], copies: 2 }] };
  assert.match(renderSummary(several, NO_SOURCES, 'http://e'), /^ALICE +1 \(2 copies\) /m);
});

test('an instance of unknown origin counts as registered', () => {
  const unknown = { ...snapshotOf(ALICE), applications: [{ ...ALICE, origins: new Map() }] };
  assert.deepEqual(
    summarize('1', unknown).applications.map(({ legacy, kubernetes }) => [legacy, kubernetes]),
    [[3, 0]],
  );
});

test('before the first snapshot the summary has no table', () => {
  const summary = summarize('1.2.3', undefined);
  assert.deepEqual(summary, { version: '1.2.3', ready: false, registry: undefined, applications: [] });
  const text = renderSummary(summary, reportSources([], ['legacy'], NOW), 'http://e');
  assert.match(
    text,
    /^Eurek8s 1\.2\.3: no registry yet\n\nreads answer 503: waiting for legacy\nSOURCE  STATE  AGE  REQUIRED\n\nwhy an entry/,
  );
});
