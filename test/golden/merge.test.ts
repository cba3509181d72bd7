import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { POLICIES } from '../../shared/contribution/policy.ts';
import type { Traffic } from '../../shared/contribution/traffic.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { isSyntheticId, SOURCE_MARKER } from '../../shared/model/names.ts';
import { sameContent } from '../../shared/model/same-content.ts';
import { runMergeCase, type StepOutcome } from '../support/merge/merge-case.ts';
import { reportOf } from '../support/merge/merge-report.ts';
import { mergeRefusalCodes } from '../support/refusal-codes.ts';

// Pairs `case.in.yaml` → `case.out.yaml`: registrations and Ingresses in, entries with reasons out. CONTRIBUTING.md says how
// to add one; `npm run goldens` writes the outputs anew.
const DIRECTORY = join(import.meta.dirname, 'merge');
const TRAFFIC_KINDS = Object.keys({ single: 1, ready: 1, share: 1, schedule: 1 } satisfies Record<Traffic['kind'], 1>);
const update = process.env['UPDATE_GOLDENS'] === '1';
const cases = globSync('*.in.yaml', { cwd: DIRECTORY }).toSorted();
const seen = { codes: new Set<string>(), policies: new Set<string>(), traffic: new Set<string>() };

for (const file of cases) {
  const name = basename(file, '.in.yaml');
  test(`merge golden: ${name}`, () => {
    const steps = runMergeCase(readFileSync(join(DIRECTORY, file), 'utf8'));
    for (const step of steps) {
      note(step);
      checkWhatAlwaysHolds(step);
    }
    const actual = stringify(reportOf(steps), { lineWidth: 0 });
    const path = join(DIRECTORY, `${name}.out.yaml`);
    if (update) writeFileSync(path, actual);
    else assert.equal(actual, readFileSync(path, 'utf8'));
  });
}

test('merge goldens cover every refusal that the merge can give, every policy and every kind of traffic', () => {
  const missing = (all: readonly string[], covered: ReadonlySet<string>) => all.filter((each) => !covered.has(each));
  assert.deepEqual(missing(mergeRefusalCodes(), seen.codes), []);
  assert.deepEqual(missing(POLICIES, seen.policies), []);
  assert.deepEqual(missing(TRAFFIC_KINDS, seen.traffic), []);
});

test('every output belongs to a case', () => {
  const outputs = globSync('*.out.yaml', { cwd: DIRECTORY }).map((file) => basename(file, '.out.yaml'));
  assert.deepEqual(
    outputs.toSorted(),
    cases.map((file) => basename(file, '.in.yaml')).toSorted(),
  );
});

function note({ merged, given }: StepOutcome): void {
  for (const { hidden, refusals, policy } of merged.values()) {
    for (const { code } of [...hidden, ...refusals]) seen.codes.add(code);
    seen.policies.add(policy);
  }
  for (const apps of given.values())
    for (const { publications } of apps.values()) for (const { traffic } of publications) seen.traffic.add(traffic.kind);
}

function checkWhatAlwaysHolds({ merged, given }: StepOutcome): void {
  for (const { name, served, origins, hidden, dial } of merged.values()) {
    const ids = [...served, ...hidden.map(({ record }) => record)].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, 'an id is served or hidden once');
    assert.deepEqual(
      served.map(({ id }) => id),
      served.map(({ id }) => id).toSorted(),
    );
    let synthetic = 0;
    let copies = 0;
    for (const record of served) {
      const origin = origins.get(record.id);
      if (origin?.kind === 'ingress') {
        synthetic++;
        assert.ok(isSyntheticId(record.id));
        assert.equal(record.metadata.get(SOURCE_MARKER), origin.object);
        assert.ok(record.metadata.get('zone'), 'every synthetic entry carries a zone');
        assert.equal(record.metadata.get('instanceId'), undefined, 'one health record per host:port');
      } else if (origin?.kind === 'copy') {
        copies++;
        checkCopy(record, served.find(({ id }) => id === origin.original), origin.object);
      } else {
        const instances = origin === undefined ? [] : given.get(origin.source)?.get(name)?.instances;
        const own = instances?.find(({ id }) => id === record.id);
        assert.ok(own !== undefined && sameContent(record, own), 'registrations pass through untouched');
      }
    }
    assert.equal(dial?.entries ?? 0, synthetic, 'the dial tells how many entries there are');
    assert.equal(dial?.copies ?? 0, copies, 'and how many copies');
  }
}

function checkCopy(copy: InstanceRecord, original: InstanceRecord | undefined, object: string): void {
  assert.ok(original !== undefined, 'the original of a copy is served');
  assert.ok(isSyntheticId(copy.id));
  assert.equal(copy.metadata.get(SOURCE_MARKER), object);
  assert.equal(copy.metadata.get('instanceId'), undefined, 'one health record per host:port');
  const metadata = new Map(original.metadata);
  metadata.delete('instanceId');
  const { id, instanceId } = copy;
  const expected = { ...original, id, instanceId, metadata: metadata.set(SOURCE_MARKER, object) };
  const { dataCenterInfo } = original.dataCenterInfo.name === 'Amazon' ? copy : original;
  assert.ok(sameContent(copy, { ...expected, dataCenterInfo }), 'a copy is what its original is');
}
