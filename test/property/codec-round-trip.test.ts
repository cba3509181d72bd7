import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeInstanceJson } from '../../shared/codec/json-decode.ts';
import { encodeApplicationDocumentJson, encodeInstanceDocumentJson } from '../../shared/codec/json-encode.ts';
import { decodeRegistration } from '../../shared/codec/registration.ts';
import { decodeApplicationsJson } from '../../shared/codec/json-applications.ts';
import { decodeApplicationsXml } from '../../shared/codec/xml-applications.ts';
import { decodeInstanceXml } from '../../shared/codec/xml-decode.ts';
import { encodeApplicationDocumentXml, encodeInstanceDocumentXml } from '../../shared/codec/xml-encode.ts';
import { appName } from '../../shared/model/names.ts';
import { decodeInParts } from '../support/decode-applications.ts';
import { anyKey, anyText as text, recordWith } from '../support/instance-arbitraries.ts';
import { instance } from '../support/instances.ts';
import { recordInXml } from '../support/record-in-xml.ts';
import { decodeApplicationJson, decodeApplicationXml } from '../support/single-application.ts';

const NOW = 1_795_000_000_000;
/** `EUREK8S_PROPERTY_SEED` repeats a run; a failing one prints its seed. */
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 500);

/** Text that JSON can carry. Keys have no backslashes; the last test has the reason. */
const record = recordWith(anyKey.filter((key) => !key.includes('\\')));

test(`JSON: any record is read as it was written, bare and in its application (seed ${SEED})`, () => {
  fc.assert(
    fc.property(record, (value) => {
      assert.deepEqual(decodeInstanceJson(encodeInstanceDocumentJson(value), NOW), { ok: true, value });
      const application = decodeApplicationJson(encodeApplicationDocumentJson('ORDERS', [value, value], 'full'), NOW);
      assert.deepEqual(application, { ok: true, value: { name: 'ORDERS', instances: [value, value], skipped: [] } });
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`JSON: each instance of a list is read as it would be alone, whatever its neighbours (seed ${SEED})`, () => {
  const few = fc.constantFrom('', 'a', 'b', '10');
  const fewEntries = fc.array(fc.tuple(few, few), { maxLength: 3 }).map((pairs) => new Map(pairs));
  const alike = fc.record({
    port: fc.record({ number: fc.constantFrom(1, 2), enabled: fc.boolean() }, { noNullPrototype: true }),
    metadata: fewEntries,
    dataCenterInfo: fc.oneof(
      fc.constantFrom({ name: 'MyOwn' } as const, { name: 'Netflix' } as const),
      fewEntries.map((metadata) => ({ name: 'Amazon', metadata }) as const),
    ),
    vipAddress: fc.option(few, { nil: undefined }),
    asgName: fc.option(few, { nil: undefined }),
  });
  const neighbours = fc.array(alike, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(neighbours, (shapes) => {
      const values = shapes.map((shape, n) => instance('ORDERS', `o-${n}`, { ...shape, securePort: shape.port }));
      const read = decodeApplicationJson(encodeApplicationDocumentJson('ORDERS', values, 'full'), NOW);
      assert.deepEqual(read, { ok: true, value: { name: 'ORDERS', instances: values, skipped: [] } });
      const alone = values.flatMap((value) => {
        const decoded = decodeInstanceJson(encodeInstanceDocumentJson(value), NOW);
        return decoded.ok ? decoded.value : [];
      });
      // The text shows the order of entries too.
      const [together, apart] = [read.value.instances, alone].map((each) =>
        encodeApplicationDocumentJson('ORDERS', each, 'full'),
      );
      assert.equal(together, apart);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`XML: any record is read as it was written, except for what XML cannot carry (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(recordWith(anyKey), async (value) => {
      const expected = recordInXml(value);
      assert.deepEqual(decodeInstanceXml(encodeInstanceDocumentXml(value), NOW), { ok: true, value: expected });
      const application = await decodeApplicationXml(encodeApplicationDocumentXml('ORDERS', [value], 'full'), NOW);
      assert.deepEqual(application, { ok: true, value: { name: 'ORDERS', instances: [expected], skipped: [] } });
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`our own full form is an acceptable registration, in both formats (seed ${SEED})`, () => {
  const registrable = record.filter(
    ({ id, hostName, ipAddr }) =>
      hostName !== '' && ipAddr !== '' && [id, hostName, ipAddr].every((text) => text.isWellFormed()),
  );
  fc.assert(
    fc.property(registrable, (value) => {
      const json = decodeRegistration(appName('orders'), 'application/json', encodeInstanceDocumentJson(value), NOW);
      assert.ok(json.ok && json.value.id === value.id);
      assert.ok(decodeRegistration(appName('orders'), 'application/xml', encodeInstanceDocumentXml(value), NOW).ok);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`no text makes a decoder throw (seed ${SEED})`, async () => {
  const shaped = fc
    .json({ maxDepth: 6 })
    .map((json) => `{"applications":{"application":[{"name":"A","instance":[${json}]}]}}`);
  const broken = fc.tuple(record, fc.nat(), text).map(([value, at, noise]) => {
    const whole = encodeInstanceDocumentXml(value);
    return whole.slice(0, at % whole.length) + noise + whole.slice(at % whole.length);
  });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        text,
        fc.json(),
        shaped,
        broken,
        fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', '!', '-', '[', '&', ';', '?') }),
      ),
      async (body) => {
        for (const decode of [decodeApplicationsJson, decodeApplicationsXml]) await decodeInParts([body], NOW, decode);
        for (const decode of [decodeInstanceJson, decodeInstanceXml]) decode(body, NOW);
        for (const type of ['application/json', 'application/xml']) {
          for (const wrapped of [body, `{"instance":${body}}`]) decodeRegistration(appName('A'), type, wrapped, NOW);
        }
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
});

test('a key may contain a backslash', () => {
  const value = instance('ORDERS', 'o-1', { metadata: new Map([['C:\\data\\', 'a\\b']]) });
  assert.deepEqual(decodeInstanceJson(encodeInstanceDocumentJson(value), NOW), { ok: true, value });
});

// V8 14.6: after an object with the key `\` was parsed at a place, the text `"\r"` there is read as that key, because only
// as many raw characters are compared as the unescaped key has. When this test fails, V8 is repaired. Then keys of the
// properties above may contain backslashes again, and docs/protocol.md needs one sentence less.
test('JSON.parse mistakes an escaped key for a key with a backslash that it has parsed there', () => {
  JSON.parse(String.raw`{"first":"","\\":""}`);
  assert.deepEqual(Object.keys(JSON.parse(String.raw`{"first":"","\r":""}`) as object), ['first', '\\']);
});
