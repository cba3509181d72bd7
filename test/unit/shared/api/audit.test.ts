import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditEvents } from '../../../../shared/api/audit.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import type { Refusal, RefusalCode } from '../../../../shared/contribution/refusal.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

interface Given {
  readonly registered?: readonly string[];
  readonly published?: readonly Partial<Publication>[];
  readonly refusals?: readonly Refusal[];
}

function merged({ registered = [], published = [], refusals = [] }: Given): MergedApplication {
  const instances = registered.map((id) => instance('ALICE', id));
  const publications = published.map((each) => publication('ALICE', each));
  return mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications, refusals } },
    ],
    { ...OPEN_RULES, application: () => ({ policy: undefined, namespaces: [] }) },
    undefined,
    0,
  );
}

function events(before: Given | undefined, after: Given | undefined) {
  return auditEvents(before && merged(before), after && merged(after));
}

function refused(code: RefusalCode, object = 'main/shop/alice'): Refusal {
  return { object, code, reason: `because of ${code}` };
}

test('an application that comes and goes has its name, what was and is there, and the cause', () => {
  const cause = 'main/shop/alice: 2 of 2 endpoints ready';
  assert.deepEqual(events(undefined, { published: [{}] }), [
    { app: 'ALICE', event: 'published', from: 'nothing', to: '1 entry, UP', cause },
  ]);
  assert.deepEqual(events({ published: [{}] }, undefined), [
    {
      app: 'ALICE',
      event: 'withdrawn',
      from: '1 entry',
      to: 'nothing',
      cause: 'nothing of Kubernetes is there any more',
    },
  ]);
  const lost = events({ published: [{}] }, { refusals: [refused('service-not-found')] });
  assert.equal(lost[0]?.cause, 'main/shop/alice: service-not-found: because of service-not-found');
});

test('a policy that comes or goes with its application is no event of its own', () => {
  const published = [{ policy: 'kubernetes-only' as const }];
  assert.deepEqual(
    [events(undefined, { published }), events({ published }, undefined)].map((all) => all.map(({ event }) => event)),
    [['published'], ['withdrawn']],
  );
  assert.deepEqual(events({ published: [{}] }, { published })[0], {
    app: 'ALICE',
    event: 'policy',
    from: 'both',
    to: 'kubernetes-only',
    cause: 'configuration or annotation',
  });
});

test('registrations count whether they are listed or hidden, copies and hidden copies of them do not', () => {
  const share = { traffic: { kind: 'share', percent: 1 }, copies: true } as const;
  const registered = ['i-1', 'i-2', 'i-3'];
  assert.deepEqual(events({ registered }, undefined), [
    { app: 'ALICE', event: 'unregistered', from: '3 instances', to: '0 instances', cause: 'registrations' },
  ]);
  const withCopies = events({ registered, published: [share] }, { published: [share] });
  assert.equal(withCopies.find(({ event }) => event === 'unregistered')?.from, '3 instances');
  const hidden = events({}, { registered, published: [{ policy: 'kubernetes-only' }] });
  assert.equal(hidden.find(({ event }) => event === 'registered')?.to, '3 instances');
});

test('a share with copies says so, and a change of copies alone is one of the share', () => {
  const registered = ['i-1', 'i-2', 'i-3'];
  const share = (copies: object) => ({
    registered,
    published: [{ traffic: { kind: 'share', percent: 1 }, ...copies }] as const,
  });
  const [event] = events(share({}), share({ copies: true })).filter((each) => each.event === 'share');
  assert.deepEqual(event && [event.from, event.to], ['1%', '1% with copies']);
});

test('entries of several states are told together, in a fixed order', () => {
  const { served, ...rest } = merged({ registered: ['i-1'], published: [{ traffic: { kind: 'share', percent: 70 } }] });
  const [first, ...others] = served.filter(({ id }) => rest.origins.get(id)?.kind === 'ingress');
  assert.ok(first !== undefined && others.length > 0);
  const mixed = { ...rest, served: [first, ...others.map((each) => ({ ...each, status: 'DOWN' as const }))] };
  assert.equal(auditEvents(undefined, mixed)[0]?.to, `${served.length - 1} entries, DOWN and UP`);
});

test('an instance of unknown origin is nothing that Kubernetes published', () => {
  const application = { ...merged({ registered: ['i-1'], published: [{}] }), origins: new Map() };
  assert.deepEqual(
    auditEvents(undefined, application).map(({ event, to }) => `${event} ${to}`),
    ['registered 2 instances'],
  );
});

test('a refusal is told once: again only of another object or with another code', () => {
  const told = (before: readonly Refusal[], after: readonly Refusal[]) =>
    events({ refusals: before }, { refusals: after }).map(({ from, to }) => `${from} ${to}`);
  const [a, b] = [refused('no-host'), refused('no-host', 'main/shop/other')];
  assert.deepEqual(told([a], [a]), []);
  assert.deepEqual(told([a], [a, b]), ['main/shop/other no-host']);
  assert.deepEqual(told([a], [refused('wildcard-host')]), ['main/shop/alice wildcard-host']);
  assert.deepEqual(told([a], []), []);
  assert.deepEqual(events(undefined, { refusals: [a] }), [
    { app: 'ALICE', event: 'refused', from: 'main/shop/alice', to: 'no-host', cause: 'because of no-host' },
  ]);
  assert.deepEqual(told([], [refused('not-selected'), refused('opted-out')]), [], 'nobody asked for these');
});

test('a step of a schedule is not taken for a change, nor a change for a step', () => {
  const at = (startsAt: number, second = 75) => ({
    registered: ['i-1'],
    published: [
      {
        traffic: {
          kind: 'schedule',
          startsAt,
          steps: [
            { percent: 50, lasts: 60_000 },
            { percent: second, lasts: 0 },
          ],
        },
      } as const,
    ],
  });
  const cause = (before: Given, after: Given) => events(before, after).find(({ event }) => event === 'share')?.cause;
  const people = 'main/shop/alice: 2 of 2 endpoints ready';
  assert.equal(cause(at(0), at(0, 80)), people, 'another plan');
  assert.equal(cause({ registered: ['i-1'], published: [{}] }, at(0)), people, 'a schedule in place of a fixed share');
  assert.equal(cause(at(0), { registered: ['i-1'], published: [{}] }), people);
});
