import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AppContribution } from '../../shared/contribution/contribution.ts';
import { POLICIES } from '../../shared/contribution/policy.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import { REFUSAL_CODES, type Refusal } from '../../shared/contribution/refusal.ts';
import { INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { appName, instanceId, sourceId } from '../../shared/model/names.ts';
import type { MergeMemory } from '../../shared/registry/application.ts';
import type { TwinTemplate } from '../../shared/registry/template.ts';
import {
  applicationLine,
  LineReading,
  sourceLine,
  writtenLine,
  type StoredApplication,
} from '../../shared/registry-file/lines.ts';
import { runInSlices } from '../../shared/time-slice.ts';
import { anyText, recordWith } from '../support/instance-arbitraries.ts';
import { publication } from '../support/publications.ts';
import { endlessSlice } from '../support/time-slices.ts';

/** `EUREK8S_PROPERTY_SEED` repeats a run; a failing one prints its seed. */
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 500);

const optional = fc.option(anyText, { nil: undefined });
const anyNumber = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 53, 0.125, 33.333));
const anyEntries = fc.array(fc.tuple(anyText, anyText), { maxLength: 5 }).map((pairs) => new Map(pairs));
const anyCounts = fc.array(fc.tuple(anyText, anyNumber), { maxLength: 3 }).map((pairs) => new Map(pairs));
const stripped = { noNullPrototype: true } as const;

/** Also what no decoder gives: an id that is neither the instance's nor the host's, empty texts, numbers out of range. */
const anyRecord: fc.Arbitrary<InstanceRecord> = fc
  .tuple(
    recordWith(anyText),
    fc.record({ id: anyText.map(instanceId), instanceId: optional, sid: optional, app: anyText.map(appName) }),
    fc.record({ countryId: anyNumber, lastUpdatedTimestamp: anyNumber, lastDirtyTimestamp: anyNumber }),
    fc.option(fc.record({ number: anyNumber, enabled: fc.boolean() }, stripped), { nil: undefined }),
  )
  .map(([record, texts, numbers, port]) => ({ ...record, ...texts, ...numbers, port: port ?? record.port }));

const claim = fc.record({ cluster: anyText, namespace: anyText, ingress: anyText, createdAt: anyNumber }, stripped);
const anyRefusal: fc.Arbitrary<Refusal> = fc.record(
  { object: anyText, code: fc.constantFrom(...REFUSAL_CODES), reason: anyText, claim },
  { requiredKeys: ['object', 'code', 'reason'], ...stripped },
);

const anyPublication: fc.Arbitrary<Publication> = fc
  .record(
    {
      namespace: anyText,
      host: anyText,
      scheme: fc.constantFrom('http', 'https', 'both'),
      status: fc.constantFrom(...INSTANCE_STATUSES),
      traffic: fc.oneof(
        fc.constantFrom({ kind: 'single' } as const, { kind: 'ready' } as const),
        anyNumber.map((percent) => ({ kind: 'share', percent }) as const),
        fc
          .tuple(
            anyNumber,
            fc.array(fc.record({ percent: anyNumber, lasts: anyNumber }, { noNullPrototype: true }), { maxLength: 4 }),
          )
          .map(([startsAt, steps]) => ({ kind: 'schedule', startsAt, steps }) as const),
      ),
      copies: fc.constant(true as const),
      policy: fc.constantFrom(...POLICIES),
      overrides: fc.record(
        {
          vipAddress: optional,
          secureVipAddress: optional,
          zone: optional,
          metadata: anyEntries,
          healthCheckPath: optional,
          statusPagePath: optional,
          homePagePath: optional,
        },
        stripped,
      ),
      notices: fc.array(anyText, { maxLength: 2 }),
      createdAt: anyNumber,
    },
    { requiredKeys: ['namespace', 'host', 'scheme', 'status', 'traffic', 'overrides', 'notices', 'createdAt'] },
  )
  .map((changes) => publication('ORDERS', changes));

const anyContribution: fc.Arbitrary<AppContribution> = fc.record(
  {
    instances: fc.array(anyRecord, { maxLength: 4 }),
    publications: fc.array(anyPublication, { maxLength: 2 }),
    refusals: fc.array(anyRefusal, { maxLength: 2 }),
  },
  stripped,
);

const anyTemplate: fc.Arbitrary<TwinTemplate> = fc.record(
  {
    vipAddress: optional,
    secureVipAddress: optional,
    metadata: anyEntries,
    disputed: fc.array(anyText, { maxLength: 3 }),
    homePagePath: optional,
    statusPagePath: optional,
    healthCheckPath: optional,
    foreignPages: fc.subarray(['home', 'status', 'health'] as const),
    zones: anyCounts,
    amazonZones: fc.option(anyEntries, { nil: undefined }),
    goneSince: fc.option(anyNumber, { nil: undefined }),
  },
  stripped,
);

const anyMemory: fc.Arbitrary<MergeMemory> = fc.record(
  {
    template: fc.option(anyTemplate, { nil: undefined }),
    served: fc.array(anyRecord, { maxLength: 2 }),
    refusals: fc.array(
      fc.record({ object: anyText, code: fc.constantFrom(...REFUSAL_CODES), since: anyNumber }, stripped),
      { maxLength: 2 },
    ),
  },
  stripped,
);

const LEGACY = sourceId('legacy');
const MAIN = sourceId('cluster:main');

test(`whatever the sources say is read from the file as it was written, value for value (seed ${SEED})`, () => {
  const applications = fc.uniqueArray(
    fc.record({
      app: anyText.map(appName),
      contributions: fc.tuple(anyContribution, anyContribution, fc.array(anyText)).map(([a, b, details]) => [
        { source: LEGACY, contribution: a, details: [] },
        { source: MAIN, contribution: b, details: details.map((each) => () => each) },
      ]),
      memory: fc.option(anyMemory, { nil: undefined }),
    }),
    { maxLength: 3, selector: ({ app }) => app },
  );
  fc.assert(
    fc.property(applications, fc.array(anyText), fc.array(anyText), (stored, state, basis) => {
      const head = { lastSuccessAt: 1_750_000_000_000, basis, state };
      const lines = [
        writtenLine(1_750_000_000_123, 1_750_000_001),
        ...[LEGACY, MAIN].map((source) => sourceLine({ source, ...head })),
        ...stored.map(lineOf),
      ];
      const reading = new LineReading();
      const text = lines.join('');
      assert.equal(text.split('\n').length, lines.length + 1, 'one line each');
      for (const line of text.split('\n').slice(0, -1)) void runInSlices(reading.take(line), endlessSlice());
      const read = reading.result();
      assert.deepEqual([read.writtenAt, read.version], [1_750_000_000_123, 1_750_000_001]);
      for (const [place, source] of [LEGACY, MAIN].entries()) {
        const part = read.parts.get(source);
        const others = { contributions: undefined, details: undefined };
        assert.deepEqual(part && { ...part, ...others }, { source, ...head, ...others });
        assert.deepEqual(
          part?.contributions,
          new Map(stored.map(({ app, contributions }) => [app, contributions[place]?.contribution])),
        );
        const details = stored.map(({ app, contributions }) => [app, contributions[place]?.details.map((of) => of())]);
        assert.deepEqual(part?.details, new Map(details.filter(([, some]) => some?.length) as never));
      }
      assert.deepEqual(read.memory, new Map(stored.flatMap(({ app, memory }) => (memory ? [[app, memory]] : []))));
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

function lineOf(stored: StoredApplication): string {
  const pieces: string[] = [];
  void runInSlices(applicationLine(stored, pieces), endlessSlice());
  return pieces.join('');
}
