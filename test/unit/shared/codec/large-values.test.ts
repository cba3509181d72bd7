import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeApplicationsJson } from '../../../../shared/codec/json-applications.ts';
import { decodeApplicationsXml } from '../../../../shared/codec/xml-applications.ts';
import type { DecodedApplication, DocumentFacts } from '../../../../shared/codec/document.ts';
import type { Skipped } from '../../../../shared/codec/decode-error.ts';
import type { TimeSlice } from '../../../../shared/time-slice.ts';

const NOW = 1_750_000_000_000;
const PART = 64 * 1024;

interface Read {
  readonly ids: readonly string[];
  readonly skipped: readonly Skipped[];
  /** How often the reading could have given the event loop back. */
  readonly steps: number;
}

/** Reads a document in parts, each step in a slice of its own. */
async function read(text: string, format: 'json' | 'xml'): Promise<Read | string> {
  const parts = Array.from({ length: Math.ceil(text.length / PART) }, (_, i) => text.slice(i * PART, (i + 1) * PART));
  const applications: DecodedApplication[] = [];
  const intake = { add: (each: DecodedApplication) => void applications.push(each), restart: () => undefined };
  let steps = 0;
  const slice: TimeSlice = { isSpent: () => true, next: async () => void steps++ };
  const decode = format === 'json' ? decodeApplicationsJson : decodeApplicationsXml;
  const result = await decode(parts, NOW, intake, slice);
  if (!result.ok) return result.error.reason;
  const { skipped }: DocumentFacts = result.value;
  return { ids: applications.flatMap(({ instances }) => instances.map(({ id }) => id)), skipped, steps };
}

function json(odd: string): string {
  const instances = [`{"instanceId":"odd",${odd}}`, '{"instanceId":"good","hostName":"h"}'];
  return `{"applications":{"application":[{"name":"A","instance":[${instances.join(',')}]}]}}`;
}

const MANY = 3_000_000;
const ODD_JSON: Readonly<Record<string, string>> = {
  'one huge string': `"metadata":{"a":"${'x'.repeat(MANY)}"}`,
  'a string of escapes': `"metadata":{"a":"${'\\\\'.repeat(MANY / 2)}"}`,
  'a list of scalars': `"metadata":{"a":[${'1,'.repeat(MANY / 2)}1]}`,
  nesting: `"a":${'['.repeat(MANY / 2)}${']'.repeat(MANY / 2)}`,
  'a number of millions of digits': `"countryId":${'1'.repeat(MANY)}`,
  'hundreds of thousands of keys': `"metadata":{${Array.from({ length: MANY / 10 }, (_, i) => `"k${i}":1`).join(',')}}`,
};

for (const [what, odd] of Object.entries(ODD_JSON))
  test(`JSON, an instance with ${what}: left out with a reason, in small steps, and the others stay`, async () => {
    const done = await read(json(odd), 'json');
    assert.ok(typeof done === 'object', JSON.stringify(done));
    assert.deepEqual(done.ids, ['good']);
    assert.match(done.skipped[0]?.reason ?? '', /longer than/);
    assert.ok(done.steps >= MANY / PART / 2, `${done.steps} steps`);
  });

test('JSON: a value beside the applications that is too long is passed over; a key of that length is an error', async () => {
  const good = json('"hostName":"h"').slice(1);
  const done = await read(`{"junk":"${'x'.repeat(MANY)}",${good}`, 'json');
  assert.ok(typeof done === 'object' && done.ids.length === 2);
  assert.match(JSON.stringify(await read(`{"${'x'.repeat(MANY)}":1,${good}`, 'json')), /key of an object is too long/);
});

test('JSON: hundreds of thousands of empty applications are read in small steps as well', async () => {
  const count = 300_000;
  const done = await read(`{"applications":{"application":[${'{},'.repeat(count)}{}]}}`, 'json');
  assert.ok(typeof done === 'object' && done.steps > count);
  assert.ok(done.skipped.length <= 10_000);
  const keys = await read(`{"applications":{${'"a":1,'.repeat(count)}"a":1}}`, 'json');
  assert.ok(typeof keys === 'object' && keys.steps > count);
});

test('JSON: a string full of escapes is searched once', async () => {
  const begun = performance.now();
  await read(json(`"metadata":{"a":"${'\\\\'.repeat(8_000_000)}"}`), 'json');
  // A search of the rest of the part for each escape would take minutes.
  assert.ok(performance.now() - begun < 10_000);
});

function xml(odd: string): string {
  const instance = `<instance><hostName>good</hostName></instance>`;
  return `<applications><application><name>A</name><instance><hostName>odd</hostName>${odd}</instance>${instance}</application></applications>`;
}

const ODD_XML: Readonly<Record<string, string>> = {
  'one huge text': `<metadata><a>${'x'.repeat(MANY)}</a></metadata>`,
  'a huge comment': `<!-- ${'<'.repeat(MANY)} -->`,
  'huge CDATA': `<metadata><a><![CDATA[${'<x>'.repeat(MANY / 3)}]]></a></metadata>`,
  'hundreds of thousands of elements': `<metadata>${'<a>1</a>'.repeat(MANY / 8)}</metadata>`,
  nesting: '<a>'.repeat(MANY / 7) + '</a>'.repeat(MANY / 7),
  references: `<metadata><a>${'&amp;'.repeat(MANY / 5)}</a></metadata>`,
};

for (const [what, odd] of Object.entries(ODD_XML))
  test(`XML, an instance with ${what}: left out with a reason, in small steps, and the others stay`, async () => {
    const done = await read(xml(odd), 'xml');
    assert.ok(typeof done === 'object', JSON.stringify(done));
    assert.deepEqual(done.ids, ['good']);
    assert.match(done.skipped[0]?.reason ?? '', /longer than/);
    assert.ok(done.steps >= MANY / PART / 2, `${done.steps} steps`);
  });

test('XML is read the same wherever it is divided', async () => {
  const text = `\ufeff<?xml version="1.0"?><!-- a > b --><applications><versions__delta>2</versions__delta>
    <application a="x>y" b='"'><name>A</name><instance><hostName>h&amp;1</hostName><metadata><a><![CDATA[</a>]]></a></metadata></instance ></application>
    <application/></applications > <?end?> `;
  for (let at = 0; at <= text.length; at++) {
    const applications: DecodedApplication[] = [];
    const intake = { add: (each: DecodedApplication) => void applications.push(each), restart: () => undefined };
    const slice: TimeSlice = { isSpent: () => false, next: async () => undefined };
    const result = await decodeApplicationsXml([text.slice(0, at), text.slice(at)], NOW, intake, slice);
    assert.ok(result.ok, `${at}: ${result.ok ? '' : result.error.reason}`);
    assert.equal(result.value.versionsDelta, '2');
    assert.equal(applications[0]?.instances[0]?.hostName, 'h&1', `${at}`);
    assert.equal(applications[0]?.instances[0]?.metadata.get('a'), '</a>', `${at}`);
  }
});

test('XML whose tags do not match, or that ends too early or too late, is refused', async () => {
  for (const text of [
    '<applications><application></applications></application>',
    '<applications><application><instance></application></instance></applications>',
    '<applications><application>',
    '<applications></applications><a/>',
    '<applications>text</applications>',
    '<applications><!-- </applications>',
    `<applications a="${'x'.repeat(100_000)}"/>`,
  ])
    assert.equal(typeof (await read(text, 'xml')), 'string', text.slice(0, 80));
});
