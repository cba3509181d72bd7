import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  documentFrameJson,
  encodeInstanceDocumentJson,
  encodeInstanceJson,
} from '../../../../shared/codec/json-encode.ts';
import {
  documentFrameXml,
  encodeApplicationXml,
  encodeInstanceDocumentXml,
  encodeInstanceXml,
} from '../../../../shared/codec/xml-encode.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { instance } from '../../../support/instances.ts';

const BARE = instance('BARE', 'bare-1', {
  instanceId: undefined,
  metadata: new Map(),
  leaseInfo: undefined,
  actionType: undefined,
});

function parsed(record: InstanceRecord): Readonly<Record<string, unknown>> {
  return JSON.parse(encodeInstanceJson(record, 'full')) as Readonly<Record<string, unknown>>;
}

test('JSON: what is absent is left out, never null; empty metadata names its Java class', () => {
  const json = parsed(BARE);
  for (const name of ['instanceId', 'sid', 'leaseInfo', 'actionType', 'asgName', 'homePageUrl'])
    assert.ok(!(name in json), name);
  assert.ok(!Object.values(json).includes(null));
  assert.deepEqual(json['metadata'], { '@class': 'java.util.Collections$EmptyMap' });
});

test('JSON: ports hold a number and a string, flags and time stamps are strings', () => {
  const json = parsed(instance('ORDERS', 'o-1', { sid: 'x' }));
  assert.deepEqual(json['port'], { $: 8080, '@enabled': 'true' });
  assert.deepEqual(json['securePort'], { $: 443, '@enabled': 'false' });
  assert.equal(json['isCoordinatingDiscoveryServer'], 'false');
  assert.equal(json['lastDirtyTimestamp'], '1750000000100');
  assert.equal(json['countryId'], 1);
  assert.equal(json['sid'], 'x');
  assert.equal(
    parsed(instance('A', 'a', { isCoordinatingDiscoveryServer: true }))['isCoordinatingDiscoveryServer'],
    'true',
  );
});

test('an empty string is a value of its own in both formats', () => {
  const record = instance('ORDERS', 'o-1', { homePageUrl: '', instanceId: '' });
  assert.equal(parsed(record)['homePageUrl'], '');
  assert.equal(parsed(record)['instanceId'], '');
  assert.match(
    encodeInstanceDocumentXml(record),
    /\n {2}<instanceId><\/instanceId>\n[^]*\n {2}<homePageUrl><\/homePageUrl>\n/,
  );
});

test('the action of a delta replaces that of the record, in both formats and details', () => {
  for (const detail of ['full', 'compact'] as const)
    for (const record of [instance('ORDERS', 'o-1'), BARE]) {
      const json = JSON.parse(encodeInstanceJson(record, detail, 'DELETED')) as { readonly actionType: string };
      assert.equal(json.actionType, 'DELETED');
      assert.match(encodeInstanceXml(record, detail, 'MODIFIED'), /<actionType>MODIFIED</);
    }
});

test('documents without applications are what stock answers for an empty registry', () => {
  const { head, tail } = documentFrameJson('full', '1', '');
  assert.equal(head + tail, '{"applications":{"versions__delta":"1","apps__hashcode":"","application":[]}}');
  const compact = documentFrameJson('compact', '1', '');
  assert.equal(
    compact.head + compact.tail,
    '{"applications":{"application":[],"versions__delta":"1","apps__hashcode":""}}',
  );
  const xml = documentFrameXml('full', '-1', '');
  assert.equal(
    xml.head + xml.tail,
    '<applications>\n  <versions__delta>-1</versions__delta>\n  <apps__hashcode></apps__hashcode>\n</applications>',
  );
});

test('XML: one element per line, whatever the metadata, so that lines can be counted', () => {
  const pieces = encodeApplicationXml('ORDERS', [instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')], 'full');
  assert.equal(pieces.split('\n').filter((line) => line.includes('<instanceId>')).length, 2);
  assert.ok(
    pieces.startsWith('  <application>\n    <name>ORDERS</name>\n    <instance>\n      <instanceId>o-1</instanceId>\n'),
  );
  assert.ok(pieces.endsWith('    </instance>\n  </application>\n'));
});

test('XML: names are escaped, and a key that can have no name is left out', () => {
  const metadata = new Map([
    ['', 'nameless'],
    ['a:b', 'no undeclared prefix'],
    ['__proto__', 'ordinary'],
    ['1<2', '<&>'],
  ]);
  const xml = encodeInstanceDocumentXml(instance('ORDERS', 'o-1', { metadata }));
  assert.ok(!xml.includes('nameless'));
  assert.match(xml, /<a_\.003ab>no undeclared prefix<\/a_\.003ab>/);
  assert.match(xml, /<____proto____>ordinary<\/____proto____>/);
  assert.match(xml, /<_\.0031_\.003c2>&lt;&amp;&gt;<\/_\.0031_\.003c2>/);
  assert.match(
    encodeInstanceDocumentXml(instance('O', 'o', { metadata: new Map([['', 'x']]) })),
    /<metadata class="java.util.Collections\$EmptyMap"\/>/,
  );
});

test('Amazon metadata without entries is an object in JSON and marked empty in XML', () => {
  const record = instance('ORDERS', 'o-1', { dataCenterInfo: { name: 'Amazon', metadata: new Map() } });
  assert.deepEqual(parsed(record)['dataCenterInfo'], {
    '@class': 'com.netflix.appinfo.AmazonInfo',
    name: 'Amazon',
    metadata: {},
  });
  assert.match(
    encodeInstanceDocumentXml(record),
    /<name>Amazon<\/name>\n {4}<metadata class="java.util.Collections\$EmptyMap"\/>/,
  );
});

test('the body of a forwarded registration is the full form', () => {
  const record = instance('ORDERS', 'o-1');
  assert.equal(encodeInstanceDocumentJson(record), `{"instance":${encodeInstanceJson(record, 'full')}}`);
});
