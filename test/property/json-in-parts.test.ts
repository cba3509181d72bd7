import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeInParts } from '../support/decode-applications.ts';
import { decodeAtOnce } from '../support/decode-at-once.ts';

const NOW = 1_795_000_000_000;
/** `EUREK8S_PROPERTY_SEED` repeats a run; a failing one prints its seed. */
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 500);

async function decodesAlike(text: string, borders: readonly number[]): Promise<void> {
  const cuts = [...new Set(borders.map((border) => border % (text.length + 1)))].toSorted((a, b) => a - b);
  const parts = [...cuts, text.length].map((end, index) => text.slice(cuts[index - 1] ?? 0, end));
  const [inParts, atOnce] = [await decodeInParts(parts, NOW), decodeAtOnce(text, NOW)];
  if (atOnce.ok) assert.deepEqual(inParts, atOnce);
  else assert.equal(inParts.ok, false, text);
}

const borders = fc.array(fc.nat(), { maxLength: 8 });

/** Text with the characters that matter in a search for the end of a value. */
const tricky = fc.string({
  unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'a', 'é', '😀', '\n', '\ud800'),
  maxLength: 6,
});
const scalar = fc.oneof(tricky, fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
const anything = fc.oneof(scalar, fc.jsonValue({ maxDepth: 3 }), fc.constant([]), fc.constant({}));

/** An object as text. Keys may come twice, and some keys and blanks are written in an odd but legal way. */
function objectText(member: fc.Arbitrary<readonly [string, string]>, maxLength: number): fc.Arbitrary<string> {
  const blank = fc.constantFrom('', '', '', ' ', '\n\t', ' \r ');
  const written = fc.tuple(member, fc.boolean(), blank, blank).map(([[key, value], escaped, before, after]) => {
    const plain = JSON.stringify(key);
    const name = escaped ? plain.replace('a', String.raw`\u0061`) : plain;
    return `${before}${name}${after}:${before}${value}${after}`;
  });
  return fc.array(written, { maxLength }).map((members) => `{${members.join(',')}}`);
}

function listText(element: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(element, { maxLength: 4 }).map((elements) => `[${elements.join(', ')}]`);
}

const json = anything.map((value) => JSON.stringify(value));
const named = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<readonly [string, string]> =>
  fc.tuple(fc.constant(key), value);

const instance = objectText(
  fc.oneof(
    named('instanceId', json),
    named('hostName', fc.constant('"h"')),
    named('app', json),
    named('status', fc.constantFrom('"UP"', '"DOWN"')),
    named('metadata', json),
    named('port', fc.constant('{"$":7,"@enabled":"true"}')),
    fc.tuple(tricky, json),
  ),
  5,
);
const application = objectText(
  fc.oneof(
    { weight: 3, arbitrary: named('name', fc.oneof(fc.constantFrom('"ORDERS"', '"bob"', '7'), json)) },
    { weight: 4, arbitrary: named('instance', fc.oneof(listText(fc.oneof(instance, json)), instance, json)) },
    fc.tuple(tricky, json),
  ),
  4,
);
const registry = objectText(
  fc.oneof(
    { weight: 5, arbitrary: named('application', fc.oneof(listText(fc.oneof(application, json)), application, json)) },
    fc.tuple(fc.constantFrom('versions__delta', 'versions_delta', 'apps__hashcode', 'apps_hashcode'), json),
    fc.tuple(fc.oneof(tricky, fc.constant('__proto__')), json),
  ),
  5,
);
const document = fc
  .tuple(
    fc.constantFrom('', '', '\ufeff', ' \n'),
    objectText(
      fc.oneof(
        { weight: 5, arbitrary: named('applications', registry) },
        named('applications', json),
        fc.tuple(tricky, json),
      ),
      3,
    ),
    fc.constantFrom('', '', '\n'),
  )
  .map((parts) => parts.join(''));

test(`lists in JSON: decoding in any parts equals decoding at once (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(fc.oneof(document, registry, json), borders, decodesAlike);
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
});

test(`lists in JSON: damaged anywhere, they are accepted or refused alike (seed ${SEED})`, async () => {
  const noise = fc.oneof(tricky, fc.constantFrom('', '}', ']', '"', ',', ':', '\\', '{', '[', '\ufeff', 'e5'));
  const place = fc.oneof({ weight: 4, arbitrary: fc.nat() }, fc.constant('end' as const));
  const damaged = fc.tuple(document, place, fc.nat({ max: 3 }), noise).map(([text, where, gone, added]) => {
    const at = where === 'end' ? text.length : where % (text.length + 1);
    return text.slice(0, at) + added + text.slice(at + gone);
  });
  await fc.assert(fc.asyncProperty(damaged, borders, decodesAlike), { seed: SEED, numRuns: RUNS });
});

test(`lists in JSON: no beginning of a document is accepted as the document (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(document, fc.nat(), borders, async (text, place, cuts) => {
    const beginning = text.slice(0, place % text.length).trimEnd();
    if (beginning.length === text.trimEnd().length) return;
    await decodesAlike(beginning, cuts);
    assert.equal((await decodeInParts([beginning], NOW)).ok, false);
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
});

for (const generation of ['hoxton', 'current']) {
  test(`${generation}: answers of stock servers are decoded alike with a border at each place, and at all of them`, async () => {
    const lines = readFileSync(new URL(`../golden/captures/read-${generation}.jsonl`, import.meta.url), 'utf8');
    const bodies = lines
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly body: string }).body)
      .filter((body) => body.startsWith('{"applications"'));
    assert.ok(bodies.length > 5);
    for (const body of bodies) {
      await decodesAlike(
        body,
        Array.from(body, (_character, place) => place),
      );
      for (let border = 1; border < body.length; border += Math.ceil(body.length / 97))
        await decodesAlike(body, [border]);
    }
  });
}
