import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { ClusterObjects } from '../../shared/ingress/cluster-objects.ts';
import { deriveCandidate, type Current } from '../../shared/derivation/derive.ts';
import { derivationRules } from '../../shared/ingress/rules.ts';
import { stripObject } from '../../shared/ingress/strip.ts';
import { OBJECT_KINDS } from '../../shared/ingress/stripped.ts';
import { appName } from '../../shared/model/names.ts';
import { REFUSAL_CODES } from '../../shared/contribution/refusal.ts';
import { derivationConfig } from '../support/derivation.ts';
import { nameTable, type NameState } from '../support/name-table.ts';
import { mergeRefusalCodes } from '../support/refusal-codes.ts';

// Pairs `case.in.yaml` → `case.out.yaml`. The first document of an input says what surrounds the objects: `config` (what
// differs from the defaults; `origin: cluster` for objects of a real one), `dns` (addresses, `pending`, the text of a failure, or `{ last, overdue }`; other names do not exist),
// `current` (what the
// Ingress is published with) and `lastTraffic` (its traffic that was valid last). UPDATE_GOLDENS=1 writes the outputs anew; read the difference.
const update = process.env['UPDATE_GOLDENS'] === '1';
const cases = globSync('{ingress,gateway}/*.in.yaml', { cwd: import.meta.dirname }).toSorted();
const seen = new Set<string>();

for (const file of cases) {
  const name = file.slice(0, -'.in.yaml'.length);
  test(`golden: ${name}`, () => {
    const actual = stringify(deriveAll(readFileSync(join(import.meta.dirname, file), 'utf8')), { lineWidth: 0 });
    const path = join(import.meta.dirname, `${name}.out.yaml`);
    if (update) writeFileSync(path, actual);
    else assert.equal(actual, readFileSync(path, 'utf8'));
  });
}

test('goldens cover every refusal that derivation can give', () => {
  // A cluster out of reach is withdrawn after the derivation.
  const elsewhere = new Set<string>([...mergeRefusalCodes(), 'internal-error', 'out-of-reach']);
  const missing = REFUSAL_CODES.filter((code) => !elsewhere.has(code) && !seen.has(code));
  assert.deepEqual(missing, []);
});

function deriveAll(text: string): readonly unknown[] {
  const [head, ...documents] = parseAllDocuments(text, { schema: 'core' }).map((document): unknown => document.toJS());
  const { config, dns, current, lastTraffic } = head as { config?: object; dns: Record<string, NameState>; current?: Current['entry']; lastTraffic?: Current['traffic'] };
  const rules = derivationRules(derivationConfig({ origin: 'manifests', ...config }));
  assert.ok(rules.ok);
  const objects = new ClusterObjects();
  for (const document of documents as { kind: string }[]) {
    const kind = OBJECT_KINDS.find((one) => one === document.kind);
    const object = kind === undefined ? undefined : stripObject(kind, document);
    assert.ok(object !== undefined, `not understood: ${JSON.stringify(document)}`);
    objects.set(object);
  }
  return [...objects.candidateKeys()].map((key) => {
    const known = (current ?? lastTraffic) && { app: appName('current'), entry: current, traffic: lastTraffic };
    const { app, outcome, fault, namesWanted } = deriveCandidate(objects.candidate(key)!, objects, rules.value, nameTable(dns), known);
    if (outcome.kind === 'refused') seen.add(outcome.refusal.code);
    return readable({ [objects.candidate(key)!.kind === 'Ingress' ? 'ingress' : 'route']: key, app, outcome, fault, namesWanted: [...namesWanted] });
  });
}

/** Maps as records, absent values left out, times as dates. What a refused one claims follows from its code. */
function readable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => {
      if (key === 'claim') return undefined;
      if (item instanceof Map) return Object.fromEntries(item);
      return key === 'createdAt' && typeof item === 'number' ? new Date(item).toISOString() : item;
    }),
  );
}
