import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiff, reportDiff } from '../../../../shared/api/differences.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import type { Policy } from '../../../../shared/contribution/policy.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_750_000_000_000;

function merged(
  name: string,
  registered: number,
  kubernetes: Partial<AppContribution> = {},
  policy: Policy = 'both',
): MergedApplication {
  const instances = Array.from({ length: registered }, (_, i) => instance(name, `${name}-${i}`));
  return mergeApplication(
    appName(name),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, ...kubernetes } },
    ],
    { ...OPEN_RULES, application: () => ({ policy, namespaces: [] }) },
    undefined,
    NOW,
  );
}

const HELD = { holdId: 'legacy-1', since: NOW, releasesAt: undefined };
const REFUSED = { object: 'main/shop/x', code: 'no-host', reason: 'name one' } as const;
const ENTRY = 'eurek8s:main:shop:dual:dual.k8s.example.com:0';

test('what is added, hidden, refused and held differs, and what is served as registered does not', () => {
  const dual = merged('DUAL', 1, { publications: [publication('DUAL')], refusals: [REFUSED] });
  const hidden = merged('HIDDEN', 2, { publications: [publication('HIDDEN')] }, 'kubernetes-only');
  const applications = [dual, hidden, merged('LEGACY', 2), merged('GONE', 0)];
  const report = reportDiff(
    { applications },
    ({ name }) =>
      (source) =>
        name === 'DUAL' && source === 'legacy' ? HELD : undefined,
  );
  assert.deepEqual(report.applications[0], {
    name: 'DUAL',
    stage: 'dual',
    differences: [
      { id: 'DUAL-0', kind: 'held', reason: 'its removal is held: legacy-1 at legacy' },
      { id: ENTRY, kind: 'added', reason: 'published by main/shop/dual: 2 of 2 endpoints ready' },
      { id: 'main/shop/x', kind: 'refused', reason: 'no-host: name one' },
    ],
  });
  assert.deepEqual(
    report.applications.map(({ name, differences }) => [name, differences.length]),
    [
      ['DUAL', 3],
      ['HIDDEN', 3],
      ['LEGACY', 0],
    ],
  );
  assert.equal(
    renderDiff(report),
    `\
3 applications: 1 legacy-only, 2 dual
DUAL (dual)
  held     DUAL-0
      its removal is held: legacy-1 at legacy
  added    ${ENTRY}
      published by main/shop/dual: 2 of 2 endpoints ready
  refused  main/shop/x
      no-host: name one
HIDDEN (dual)
  added   ${ENTRY.replaceAll('dual', 'hidden')}
      published by main/shop/hidden: 2 of 2 endpoints ready
  hidden  HIDDEN-0 and 1 more
      policy: the policy is kubernetes-only
1 application served as registered
`,
  );
});

test('copies are added, each by its original, and are not held though the originals are', () => {
  const share = { traffic: { kind: 'share', percent: 33.3 }, copies: true } as const;
  const application = merged('ALICE', 1, { publications: [publication('ALICE', share)] });
  const [all] = reportDiff({ applications: [application] }, () => () => HELD).applications;
  assert.deepEqual(
    all?.differences.flatMap(({ kind, reason }) => (reason.startsWith('copy') ? [`${kind}: ${reason}`] : [])),
    ['added: copy of ALICE-0, for the share that main/shop/alice asks for'],
  );
  assert.equal(all.differences.filter(({ kind }) => kind === 'held').length, 2);
});

test('an entry of unknown origin differs in nothing that could be told', () => {
  const application = { ...merged('ALICE', 1), origins: new Map() };
  const { applications } = reportDiff({ applications: [application] }, () => () => HELD);
  assert.deepEqual(applications[0]?.differences, []);
  assert.equal(renderDiff({ applications }), '1 application: 1 legacy-only\n1 application served as registered\n');
});

test('nothing is told of nothing, and nothing of applications as registered where all differ', () => {
  assert.equal(renderDiff({ applications: [] }), 'no application is known\n');
  const { applications } = reportDiff(
    { applications: [merged('NEW', 0, { refusals: [REFUSED] })] },
    () => () => undefined,
  );
  assert.equal(
    renderDiff({ applications }),
    '1 application: 1 none\nNEW (none)\n  refused  main/shop/x\n      no-host: name one\n',
  );
});
