import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeApplicationsXml } from '../../../../shared/codec/xml-applications.ts';
import { decodeInstanceXml } from '../../../../shared/codec/xml-decode.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { decodeInParts } from '../../../support/decode-applications.ts';

const NOW = 1_795_000_000_000;
const CENTER = '<dataCenterInfo><name>MyOwn</name></dataCenterInfo>';

function decodeRegistry(text: string): ReturnType<typeof decodeInParts> {
  return decodeInParts([text], NOW, decodeApplicationsXml);
}

function decode(inner: string): ReturnType<typeof decodeInstanceXml> {
  return decodeInstanceXml(`<instance><hostName>h</hostName><app>a</app>${inner}</instance>`, NOW);
}

function one(inner: string): InstanceRecord {
  const result = decode(inner);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

test('text is taken as it is: no numbers, no trimming, references and CDATA resolved', () => {
  const { metadata } = one(
    '<metadata><v>1.10</v><hex>0x1F</hex><t>true</t><pad> a \n</pad><e>&lt;&#x1F600;&#9;</e><c><![CDATA[<b>&amp;]]></c><mix>a<!-- no -->b</mix><none/><nested><x>1</x></nested></metadata>',
  );
  assert.deepEqual(
    [...metadata],
    [
      ['v', '1.10'],
      ['hex', '0x1F'],
      ['t', 'true'],
      ['pad', ' a \n'],
      ['e', '<😀\t'],
      ['c', '<b>&amp;'],
      ['mix', 'ab'],
      ['none', ''],
      ['nested', ''],
    ],
  );
});

test('metadata keys: escaped names, and names that are dangerous in JavaScript', () => {
  const { metadata } = one(
    '<metadata><my__key>1</my__key><_.0039x>2</_.0039x><a_b>3</a_b><__proto__>4</__proto__><constructor>5</constructor><toString>6</toString><prototype/></metadata>',
  );
  assert.deepEqual(
    [...metadata],
    [
      ['my_key', '1'],
      ['9x', '2'],
      ['a_b', '3'],
      ['_proto_', '4'],
      ['constructor', '5'],
      ['toString', '6'],
      ['prototype', ''],
    ],
  );
});

test('ports: the enabled attribute and its defaults; empty, padded or odd numbers fail', () => {
  assert.deepEqual(one('<port>80</port><securePort>443</securePort>').port, { number: 80, enabled: true });
  assert.deepEqual(one('<port>80</port><securePort>443</securePort>').securePort, { number: 443, enabled: false });
  assert.deepEqual(one('<port enabled="false">80</port>').port, { number: 80, enabled: false });
  assert.deepEqual(one('<securePort enabled="true">1</securePort>').securePort, { number: 1, enabled: true });
  for (const port of [
    '<port/>',
    '<port> 80 </port>',
    '<port>0x50</port>',
    '<securePort>x</securePort>',
    '<countryId> 1</countryId>',
  ]) {
    assert.equal(decode(port).ok, false, port);
  }
});

test('statuses: case does not matter, padding makes them unknown', () => {
  assert.equal(one('<status>down</status>').status, 'DOWN');
  assert.equal(one('<status> DOWN </status>').status, 'UNKNOWN');
  assert.equal(one('<overriddenStatus>out_of_service</overriddenStatus>').overriddenStatus, 'OUT_OF_SERVICE');
  assert.equal(one('<overriddenstatus></overriddenstatus>').overriddenStatus, 'UNKNOWN');
});

test('data centers: the name decides and must come first', () => {
  assert.deepEqual(
    one(
      '<dataCenterInfo class="x"><name>amazon</name><metadata><instance-id>i-1</instance-id></metadata></dataCenterInfo>',
    ).dataCenterInfo,
    {
      name: 'Amazon',
      metadata: new Map([['instance-id', 'i-1']]),
    },
  );
  assert.deepEqual(
    one('<dataCenterInfo><name>MyOwn</name><metadata><a>b</a></metadata></dataCenterInfo>').dataCenterInfo,
    { name: 'MyOwn' },
  );
  assert.deepEqual(one('<dataCenterInfo/>').dataCenterInfo, { name: 'MyOwn' });
  assert.equal(decode('<dataCenterInfo><metadata/><name>Amazon</name></dataCenterInfo>').ok, false);
  assert.equal(decode('<dataCenterInfo><metadata/></dataCenterInfo>').ok, false);
  assert.equal(decode('<dataCenterInfo><name>Mars</name></dataCenterInfo>').ok, false);
});

test('a lease value that is no number loses what follows, as in a Java server', () => {
  const record = one(
    '<ipAddr>1.1.1.1</ipAddr><leaseInfo><renewalIntervalInSecs>5</renewalIntervalInSecs><durationInSecs/><evictionTimestamp>7</evictionTimestamp></leaseInfo><vipAddress>v</vipAddress>',
  );
  assert.equal(record.ipAddr, '1.1.1.1');
  assert.deepEqual(record.leaseInfo, {
    renewalIntervalInSecs: 5,
    durationInSecs: 90,
    registrationTimestamp: 0,
    lastRenewalTimestamp: 0,
    evictionTimestamp: 0,
    serviceUpTimestamp: 0,
  });
  assert.equal(record.vipAddress, undefined);
  assert.equal(one('<leaseInfo><x>1</x><durationInSecs>5</durationInSecs></leaseInfo>').leaseInfo!.durationInSecs, 5);
});

test('flags, time stamps and actions that cannot be read count as absent', () => {
  const record = one(
    '<isCoordinatingDiscoveryServer>TRUE</isCoordinatingDiscoveryServer><lastDirtyTimestamp> 5</lastDirtyTimestamp><lastUpdatedTimestamp>5</lastUpdatedTimestamp><actionType>GONE</actionType><zzz><y/></zzz>',
  );
  assert.equal(record.isCoordinatingDiscoveryServer, true);
  assert.equal(record.lastDirtyTimestamp, NOW);
  assert.equal(record.lastUpdatedTimestamp, 5);
  assert.equal(record.actionType, undefined);
});

test('a registry: broken parts are skipped and reported, the others stay', async () => {
  const result = await decodeRegistry(
    `\ufeff<?xml version="1.0"?><applications><versions__delta>2</versions__delta><apps__hashcode>UP_1_</apps__hashcode>
      <application><name>orders</name><instance><hostName>h</hostName>${CENTER}</instance><instance><instanceId>bad</instanceId><port/></instance><instance/></application>
      <application><instance><app>X</app><instanceId>x-1</instanceId></instance></application><application/></applications>`,
  );
  assert.ok(result.ok);
  const { applications, skipped, versionsDelta, hashCode } = result.value;
  assert.equal(versionsDelta, '2');
  assert.equal(hashCode, 'UP_1_');
  assert.deepEqual(
    applications.map(({ name, instances }) => [name, instances.map(({ id }) => id)]),
    [
      ['ORDERS', ['h']],
      ['X', ['x-1']],
    ],
  );
  assert.deepEqual(
    skipped.map(({ id }) => id),
    ['orders/bad', 'orders/', ''],
  );
});

test('what is not well-formed, has a DOCTYPE or another root is an error and does not throw', async () => {
  const bad = [
    '',
    'x',
    '<applications>',
    '<applications><a></applications>',
    '<Applications/>',
    '<applications/><applications/>',
    '{"applications":{}}',
    '<!DOCTYPE a [<!ENTITY e "x">]><applications/>',
    '<!doctype x><applications/>',
    '<applications>&nope;</applications>',
    '<applications a="&nope;"/>',
    '<applications __proto__="x"/>',
    '<applications>'.repeat(300) + '</applications>'.repeat(300),
  ];
  for (const text of bad) {
    assert.equal((await decodeRegistry(text)).ok, false, text);
    assert.equal(decodeInstanceXml(text, NOW).ok, false, text);
  }
  const good = '<instance><hostName>h</hostName><app>a</app></instance>';
  assert.ok(decodeInstanceXml(good, NOW).ok);
  for (const doctype of ['<!DOCTYPE a [<!ENTITY e "x">]>', '<!DOCTYPE instance>', '<!doctype x>', '<!DocType x>'])
    assert.deepEqual(decodeInstanceXml(doctype + good, NOW), {
      ok: false,
      error: { reason: 'a DOCTYPE is not accepted' },
    });
  assert.equal(decodeInstanceXml('<instance><hostName>h</hostName></instance>', NOW).ok, false);
  assert.equal(decodeInstanceXml('<instance><app>h</app></instance>', NOW).ok, false);
  assert.equal(decodeInstanceXml('<instance><hostName>h</hostName><app>a</app><port/></instance>', NOW).ok, false);
});

test('a registry with many references is read whole: the parser’s own limit for them does not apply', async () => {
  const instances = Array.from(
    { length: 3000 },
    (_, i) => `<instance><hostName>h${i}</hostName><homePageUrl>?a=1&amp;b=2</homePageUrl></instance>`,
  );
  const result = await decodeRegistry(
    `<applications><application><name>A</name>${instances.join('')}</application></applications>`,
  );
  assert.ok(result.ok);
  assert.equal(result.value.applications[0]!.instances[2999]!.homePageUrl, '?a=1&b=2');
});
