import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSources, reportSources } from '../../../../shared/api/sources.ts';
import { renderSummary, summarize } from '../../../../shared/api/summary.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, emptySnapshot } from '../../../../shared/registry/snapshot.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

const NOW = 1_750_000_000_000;
const LEGACY = { id: 'legacy', world: 'legacy', required: true } as const;
const MANIFESTS = { id: 'manifests:local', world: 'kubernetes', required: false } as const;
const HOLD = {
  id: 'legacy-c4db33c6',
  since: NOW - 60_000,
  what: 'the registry went from 5 instances to none',
  instances: 5,
  counted: 'instance' as const,
  instancesBefore: 5,
  applications: 2,
  releasesAt: NOW + 240_000,
};
const REPORT = reportSources(
  [
    {
      ...LEGACY,
      holds: [HOLD],
      health: {
        state: 'starting',
        lastSuccessAt: undefined,
        lastError: 'connection refused',
        detail: { url: 'http://e', instances: 0 },
      },
    },
    {
      ...MANIFESTS,
      holds: [],
      health: { state: 'synced', lastSuccessAt: NOW - 3000, lastError: undefined, detail: { files: 2 } },
    },
  ],
  ['legacy'],
  NOW,
);

test('sources: a line for each, details and errors below it, and the awaited sources on top', () => {
  assert.equal(
    renderSources(REPORT, 'full'),
    `\
reads answer 503: waiting for legacy
SOURCE           STATE     AGE  REQUIRED
legacy           starting  -    yes
  last error: connection refused
  5 of 5 legacy instances held: the registry went from 5 instances to none
  released at 2025-06-15T15:10:40.000Z when it is confirmed, or now by: eurek8s holds release legacy-c4db33c6
  url        http://e
  instances  0
manifests:local  synced    3 s  no
  files  2
`,
  );
});

test('sources as JSON: ages are numbers, and what is absent is left out', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(REPORT)), {
    ready: false,
    awaited: ['legacy'],
    sources: [
      {
        ...LEGACY,
        state: 'starting',
        lastError: 'connection refused',
        holds: [
          {
            ...HOLD,
            source: 'legacy',
            since: '2025-06-15T15:05:40.000Z',
            releasesAt: '2025-06-15T15:10:40.000Z',
            kept: false,
          },
        ],
        detail: { url: 'http://e', instances: 0 },
      },
      {
        ...MANIFESTS,
        state: 'synced',
        lastSuccess: new Date(NOW - 3000).toISOString(),
        ageMs: 3000,
        holds: [],
        detail: { files: 2 },
      },
    ],
    files: [],
  });
});

test('the summary counts registered, Kubernetes, hidden and refused entries', () => {
  const name = appName('ALICE');
  const refusals = [{ object: 'main/shop/x', code: 'no-host', reason: 'no host' } as const];
  const merged = mergeApplication(
    name,
    [
      {
        source: sourceId('legacy'),
        contribution: {
          ...NO_CONTRIBUTION,
          instances: [instance('ALICE', 'i-1'), instance('ALICE', 'i-2', { status: 'DOWN' })],
        },
      },
      {
        source: sourceId('cluster:main'),
        contribution: { ...NO_CONTRIBUTION, publications: [publication('ALICE')], refusals },
      },
    ],
    OPEN_RULES,
    undefined,
    NOW,
  );
  const { snapshot } = advance(emptySnapshot(7, NOW), new Map([[name, merged]]), NOW, DELTA_WINDOW);
  const summary = summarize('1.2.3', snapshot);
  assert.deepEqual(summary, {
    version: '1.2.3',
    ready: true,
    registry: { version: 8, hashCode: 'DOWN_1_UP_2_', instances: 3, up: 2 },
    applications: [{ name, legacy: 2, copies: 0, kubernetes: 1, up: 2, hidden: 0, refused: 1 }],
  });
  const text = renderSummary(summary, REPORT, 'http://eurek8s:8761');
  assert.match(text, /^Eurek8s 1\.2\.3: 3 entries of 1 application, 2 UP, version 8, hash DOWN_1_UP_2_$/m);
  assert.match(text, /^ {2}5 of 5 legacy instances held: /m);
  assert.match(text, /^APPLICATION +REGISTERED +KUBERNETES +UP +HIDDEN +NOT SERVED\nALICE +2 +1 +2 +0 +1$/m);
  assert.match(text, /curl http:\/\/eurek8s:8761\/eurek8s\/explain\/NAME$/m);
});

test('before the first snapshot the summary has no table', () => {
  const text = renderSummary(summarize('1.2.3', undefined), REPORT, 'http://e');
  assert.match(text, /^Eurek8s 1\.2\.3: no registry yet\n\nreads answer 503: waiting for legacy$/m);
  assert.doesNotMatch(text, /APPLICATION/);
});
