import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Derivation } from '../../server/derivation/derivation.ts';
import type { GuardsConfig } from '../../shared/config/config.ts';
import { isClusterScoped } from '../../shared/ingress/strip.ts';
import { OBJECT_KINDS, type ObjectKind, type StrippedObject } from '../../shared/ingress/stripped.ts';
import {
  deployment,
  endpointSlice,
  gateway,
  gatewayClass,
  httpRoute,
  ingress,
  ingressClass,
  namespace,
  referenceGrant,
  service,
} from '../support/cluster-objects.ts';
import { derivationConfig, NO_GUARDS } from '../support/derivation.ts';
import { nameTable } from '../support/name-table.ts';
import { endlessSlice } from '../support/time-slices.ts';
import { ContributionRecorder } from '../support/contribution-recorder.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { NO_METRICS } from '../support/no-metrics.ts';
import { SILENT_LOG } from '../support/silent-log.ts';

// Whatever happens to the objects of a cluster, in any order, deriving step by step has the same result as deriving
// everything anew. So the index overlooks no dependency between objects.

const name = fc.constantFrom('a', 'b', 'c');
const space = fc.constantFrom('shop', 'shop', 'other');
const labels = fc
  .subarray([
    ['app', 'a'],
    ['app', 'b'],
    ['tier', 'web'],
  ] as const)
  .map((pairs) => Object.fromEntries(pairs));

const anObject: fc.Arbitrary<StrippedObject> = fc.oneof(
  fc
    .record({
      name,
      namespace: space,
      service: name,
      className: fc.constantFrom('nginx', 'nginx', 'nginx', 'traefik', null),
      path: fc.constantFrom('/', '/', '/', '/x'),
      // Rivals for one route: by the same host, by wildcards and annotated hosts, by default backends, by age.
      host: fc.constantFrom('a.k8s.example.com', 'b.k8s.example.com', '*.k8s.example.com', ''),
      created: fc.constantFrom('2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z', '2026-01-01T10:00:00Z', ''),
      deleting: fc.constantFrom(false, false, false, true),
      defaultBackend: fc.constantFrom('a', 'b', undefined, undefined),
      annotations: fc.constantFrom<Record<string, string>>(
        {},
        {},
        { 'eurek8s.io/app': 'a' },
        { 'eurek8s.io/path': 'allow' },
        { 'eurek8s.io/host': 'a.k8s.example.com' },
        { 'nginx.ingress.kubernetes.io/canary': 'true' },
        { 'eurek8s.io/publish': 'false' },
        { 'eurek8s.io/port': 'much' },
      ),
    })
    .map(({ name: own, defaultBackend, ...shape }) =>
      ingress(own, { ...shape, ...(defaultBackend === undefined ? {} : { defaultBackend }) }),
    ),
  fc
    .record({ name, type: fc.constantFrom('ClusterIP', 'ClusterIP', 'ExternalName'), selector: labels })
    .map(({ name: own, ...shape }) => service(own, shape)),
  fc
    .tuple(name, fc.option(name, { nil: undefined }), fc.nat(2))
    .map(([own, of, ready]) => endpointSlice(own, of, ready)),
  fc.tuple(name, fc.nat(2), labels, space).map(([own, ready, pairs, where]) => deployment(own, ready, pairs, where)),
  fc
    .tuple(space, labels, fc.constantFrom<Record<string, string>>({}, { 'eurek8s.io/publish': 'false' }))
    .map((args) => namespace(...args)),
  fc.tuple(fc.constantFrom('nginx', 'traefik'), fc.boolean()).map((args) => ingressClass(...args)),
  fc
    .record({
      name,
      namespace: space,
      gateway: fc.constantFrom('a', 'b'),
      section: fc.constantFrom('http', 'closer', undefined, undefined),
      service: name,
      serviceSpace: fc.constantFrom('shop', 'shop', 'other'),
      // Rivals for one host: by the same host, by wildcards and annotated hosts, by the host of the listener, by age.
      hosts: fc.constantFrom(
        ['a.k8s.example.com'],
        ['b.k8s.example.com'],
        ['*.k8s.example.com'],
        ['*.example.com'],
        [],
      ),
      created: fc.constantFrom('2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z', '2026-01-01T10:00:00Z', ''),
      deleting: fc.constantFrom(false, false, false, true),
      accepted: fc.constantFrom<'True' | 'False'>('True', 'True', 'False'),
      annotations: fc.constantFrom<Record<string, string>>(
        {},
        {},
        { 'eurek8s.io/app': 'a' },
        { 'eurek8s.io/host': 'a.k8s.example.com' },
        { 'eurek8s.io/publish': 'false' },
      ),
    })
    .map(({ name: own, section, ...shape }) =>
      httpRoute(own, { ...shape, ...(section === undefined ? {} : { sectionName: section }) }),
    ),
  fc
    .record({
      className: fc.constantFrom('example', 'internal'),
      hostname: fc.constantFrom('a.k8s.example.com', '*.k8s.example.com', '*.example.com'),
      from: fc.constantFrom<'All' | 'Selector'>('All', 'All', 'Selector'),
      closer: fc.constantFrom('a.k8s.example.com', '*.k8s.example.com', undefined),
    })
    .map(({ closer, ...shape }) => (closer === undefined ? shape : { ...shape, closer }))
    .chain((shape) => fc.constantFrom('a', 'b').map((own) => gateway(own, shape))),
  fc
    .tuple(fc.constantFrom('example', 'internal'), fc.constantFrom<'True' | 'False'>('True', 'False'))
    .map((args) => gatewayClass(...args)),
  fc.tuple(space, space).map((args) => referenceGrant(...args)),
);

/** The start of every run: three published Ingresses, and an HTTPRoute. */
const HEALTHY: readonly StrippedObject[] = [
  ...['a', 'b', 'c'].flatMap((own) => [
    ingress(own),
    service(own),
    endpointSlice(own, own, 1),
    deployment(own, 1, { app: own }),
  ]),
  gateway('a'),
  gatewayClass('example', 'True'),
  httpRoute('d', { gateway: 'a', service: 'a', accepted: 'True' }),
];

type Step =
  | { readonly kind: 'set'; readonly object: StrippedObject }
  | { readonly kind: 'remove'; readonly of: ObjectKind; readonly namespace: string; readonly name: string }
  | { readonly kind: 'replace'; readonly of: ObjectKind; readonly objects: readonly StrippedObject[] };

const anyName = fc.constantFrom('a', 'b', 'c', 'd', 'shop', 'other', 'nginx', 'traefik', 'example', 'from-shop');
const aKind = fc.constantFrom(...OBJECT_KINDS);
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anObject.map((object): Step => ({ kind: 'set', object })) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), of: aKind, namespace: space, name: anyName }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      of: aKind,
      objects: fc.array(anObject, { maxLength: 6 }),
    }),
  },
);

/** So strict that nearly every deletion is held, for three steps. */
const STRICT: GuardsConfig = { maxRemoval: 10, minInstances: 1, grace: 3_000, window: 2_000 };
const STEP_MS = 1_000;

for (const [health, rivals, guards] of [
  ['endpoints', false, NO_GUARDS],
  ['endpoints', true, NO_GUARDS],
  ['deployment', false, NO_GUARDS],
  ['endpoints', true, STRICT],
  ['deployment', false, STRICT],
] as const) {
  const what = `${health}${rivals ? ', every class' : ''}${guards === STRICT ? ', once nothing is held any more' : ''}`;
  test(`deriving step by step equals deriving from scratch (${what})`, () => {
    const config = derivationConfig({
      selection: { ingressClasses: rivals ? [] : ['nginx'], namespaceSelector: 'tier!=web' },
      defaults: { health },
      addresses: { nginx: ['10.20.0.99'] },
      guards,
    });
    const start = () => {
      const sink = new ContributionRecorder();
      const clock = new SteppedClock();
      return {
        sink,
        clock,
        derivation: new Derivation({
          ...config,
          viewAt: () => clock.now(),
          resolver: nameTable(),
          clock,
          log: SILENT_LOG,
          metrics: NO_METRICS,
          sink,
          newTimeSlice: endlessSlice,
        }),
      };
    };
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 40, size: 'max' }), fc.nat(40), (steps, listedAfter) => {
        const { sink, clock, derivation } = start();
        const model = new Map<string, StrippedObject>();
        for (const object of HEALTHY) take({ kind: 'set', object }, derivation, model);
        steps.forEach((step, i) => {
          if (i === listedAfter) derivation.allListed();
          take(step, derivation, model);
          clock.advance(STEP_MS);
        });
        derivation.allListed();
        clock.advance(guards.grace * 3);
        assert.deepEqual(derivation.holding.holds(), []);
        const scratch = start();
        for (const object of model.values()) scratch.derivation.set(object);
        scratch.derivation.allListed();
        assert.deepEqual(timeless(sink.apps), timeless(scratch.sink.apps));
      }),
      { numRuns: 500 },
    );
  });
}

/** Without since when an entry is what it is: that is history. */
function timeless(apps: ContributionRecorder['apps']): ContributionRecorder['apps'] {
  return new Map(
    Array.from(apps, ([app, contribution]) => {
      const publications = contribution.publications.map((publication) => ({ ...publication, changedAt: 0 }));
      return [app, { ...contribution, publications }];
    }),
  );
}

function take(step: Step, derivation: Derivation, model: Map<string, StrippedObject>): void {
  switch (step.kind) {
    case 'set':
      model.set(keyOf(step.object), step.object);
      derivation.set(step.object);
      return;
    case 'remove': {
      const where = isClusterScoped(step.of) ? '' : step.namespace;
      model.delete(`${step.of}/${where}/${step.name}`);
      derivation.remove(step.of, where, step.name);
      return;
    }
    case 'replace': {
      const objects = step.objects.filter(({ kind }) => kind === step.of);
      for (const [key, { kind }] of model) if (kind === step.of) model.delete(key);
      for (const object of objects) model.set(keyOf(object), object);
      derivation.replaceKind(step.of, objects);
    }
  }
}

function keyOf({ kind, meta }: StrippedObject): string {
  return `${kind}/${meta.namespace}/${meta.name}`;
}
