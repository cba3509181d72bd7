import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSources, reportSources } from '../../../../shared/api/sources.ts';
import { appName } from '../../../../shared/model/names.ts';

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
  held: [
    { name: appName('BILLING'), count: 2, first: ['b-1', 'b-2'] },
    { name: appName('ORDERS'), count: 3, first: ['o-1', 'o-2', 'o-3'] },
  ],
  releasesAt: NOW + 240_000,
};
const HEALTHY = { state: 'synced', lastSuccessAt: NOW - 3000, lastError: undefined, detail: { files: 2 } } as const;
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
      health: HEALTHY,
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
  of BILLING, ORDERS; each of them: eurek8s holds
  removed at 2025-06-15T15:10:40.000Z if still missing then, or now by: eurek8s holds release legacy-c4db33c6
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

test('what does not need a look is left out of the short list', () => {
  assert.doesNotMatch(renderSources(REPORT, 'short'), /instances {2}0|files/);
  const both = reportSources([], ['legacy', 'cluster:main'], NOW);
  assert.match(renderSources(both, 'short'), /^reads answer 503: waiting for legacy, cluster:main\nSOURCE/);
});

test('files that are followed stand below the sources, apart from them', () => {
  const files = [{ option: 'auth.file', files: ['/a'], since: NOW - 5000, problem: 'no such user', notes: [] }];
  const report = reportSources([{ ...MANIFESTS, holds: [], health: HEALTHY }], [], NOW, files);
  assert.equal(
    renderSources(report, 'short'),
    `\
SOURCE           STATE   AGE  REQUIRED
manifests:local  synced  3 s  no

FILES OF   STATE     AGE
auth.file  outdated  5 s
  the last good one stays in force: no such user
`,
  );
});
