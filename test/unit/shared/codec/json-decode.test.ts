import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeInstanceJson } from '../../../../shared/codec/json-decode.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { decodeInParts, type DecodedApplications } from '../../../support/decode-applications.ts';

const NOW = 1_795_000_000_000;

async function document(value: unknown): Promise<DecodedApplications> {
  const result = await decodeInParts([JSON.stringify(value)], NOW);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function one(value: object): InstanceRecord {
  const result = decodeInstanceJson({ hostName: 'h', app: 'a', ...value }, NOW);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

test('an almost empty instance gets the defaults of a Java decoder', () => {
  assert.deepEqual(one({}), {
    ...Object.fromEntries(
      [
        'instanceId',
        'sid',
        'leaseInfo',
        'appGroupName',
        'homePageUrl',
        'statusPageUrl',
        'healthCheckUrl',
        'secureHealthCheckUrl',
        'vipAddress',
        'secureVipAddress',
        'actionType',
        'asgName',
      ].map((name) => [name, undefined]),
    ),
    id: 'h',
    hostName: 'h',
    app: 'A',
    ipAddr: '',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { number: 7001, enabled: true },
    securePort: { number: 7002, enabled: false },
    countryId: 1,
    dataCenterInfo: { name: 'MyOwn' },
    metadata: new Map(),
    isCoordinatingDiscoveryServer: false,
    lastUpdatedTimestamp: NOW,
    lastDirtyTimestamp: NOW,
  });
});

test('the dialect of very old servers: objects for arrays, booleans and numbers, escaped metadata keys', async () => {
  const { applications, versionsDelta, hashCode } = await document({
    applications: {
      versions__delta: 7,
      apps__hashcode: 'UP_1_',
      application: {
        name: 'OLD',
        instance: {
          hostName: 'old1',
          app: 'OLD',
          overriddenstatus: 'OUT_OF_SERVICE',
          port: { '@enabled': true, $: '8080' },
          securePort: { '@enabled': false, $: '443' },
          isCoordinatingDiscoveryServer: true,
          lastDirtyTimestamp: 5,
          leaseInfo: { renewalIntervalInSecs: '10', durationInSecs: 0 },
          metadata: { my__key: 1.1, '@class': 'x' },
        },
      },
    },
  });
  assert.equal(versionsDelta, '7');
  assert.equal(hashCode, 'UP_1_');
  const [record] = applications[0]!.instances;
  assert.equal(record!.overriddenStatus, 'OUT_OF_SERVICE');
  assert.deepEqual(record!.port, { number: 8080, enabled: true });
  assert.deepEqual(record!.securePort, { number: 443, enabled: false });
  assert.equal(record!.isCoordinatingDiscoveryServer, true);
  assert.equal(record!.lastDirtyTimestamp, 5);
  assert.equal(record!.leaseInfo!.renewalIntervalInSecs, 10);
  assert.equal(record!.leaseInfo!.durationInSecs, 90);
  assert.deepEqual(record!.metadata, new Map([['my_key', '1.1']]));
});

test('a doubled underscore in the metadata of an ordinary server stays', () => {
  assert.deepEqual(
    one({ port: { $: 1, '@enabled': 'true' }, metadata: { my__key: 'v' } }).metadata,
    new Map([['my__key', 'v']]),
  );
});

test('the dialect of the annotated Java model: sid na, native types, single underscores', async () => {
  const record = one({
    sid: 'na',
    isCoordinatingDiscoveryServer: false,
    lastUpdatedTimestamp: 1,
    port: { $: 0, '@enabled': false },
  });
  assert.equal(record.sid, undefined);
  assert.equal(one({ sid: 'unknown' }).sid, undefined);
  assert.equal(one({ sid: 'x' }).sid, 'x');
  assert.deepEqual(record.port, { number: 0, enabled: false });
  const { versionsDelta } = await document({ applications: { versions_delta: '3', apps_hashcode: 'X' } });
  assert.equal(versionsDelta, '3');
});

test('ports: bare numbers, missing parts, nulls', () => {
  assert.deepEqual(one({ port: 8080, securePort: '8443' }).port, { number: 8080, enabled: true });
  assert.deepEqual(one({ port: 8080, securePort: '8443' }).securePort, { number: 8443, enabled: false });
  assert.deepEqual(one({ port: {} }).port, { number: 7001, enabled: true });
  assert.deepEqual(one({ port: { $: null, '@enabled': null } }).port, { number: 0, enabled: false });
  assert.deepEqual(one({ port: { $: '12x', '@enabled': 'True' } }).port, { number: 0, enabled: false });
  assert.deepEqual(one({ port: { $: 1e20, '@enabled': 1 } }).port, { number: 0, enabled: true });
  assert.deepEqual(one({ port: null }).port, { number: 7001, enabled: true });
});

test('data centers', () => {
  assert.deepEqual(one({ dataCenterInfo: { name: 'Netflix' } }).dataCenterInfo, { name: 'Netflix' });
  assert.deepEqual(one({ dataCenterInfo: { name: 'Nowhere' } }).dataCenterInfo, { name: 'MyOwn' });
  const amazon = one({
    instanceId: '',
    dataCenterInfo: { '@class': 'com.netflix.appinfo.AmazonInfo', metadata: { 'instance-id': 'i-1' } },
  });
  assert.deepEqual(amazon.dataCenterInfo, { name: 'Amazon', metadata: new Map([['instance-id', 'i-1']]) });
  assert.equal(amazon.id, 'i-1');
  assert.deepEqual(one({ dataCenterInfo: { name: 'Amazon' } }).dataCenterInfo, { name: 'Amazon', metadata: new Map() });
});

test('time stamps that a Java long could not hold are cut off, garbage is 0', () => {
  assert.equal(one({ lastDirtyTimestamp: '9223372036854775807' }).lastDirtyTimestamp, Number.MAX_SAFE_INTEGER);
  assert.equal(one({ lastDirtyTimestamp: '-9e99' }).lastDirtyTimestamp, -Number.MAX_SAFE_INTEGER);
  assert.equal(one({ lastDirtyTimestamp: 'soon' }).lastDirtyTimestamp, 0);
  assert.equal(one({ lastDirtyTimestamp: '1e999' }).lastDirtyTimestamp, 0);
  assert.equal(one({ lastDirtyTimestamp: true }).lastDirtyTimestamp, 1);
  assert.equal(one({ lastDirtyTimestamp: ' 12.9 ' }).lastDirtyTimestamp, 12);
});

test('unknown keys, nested garbage and odd statuses do not matter', () => {
  const record = one({
    zzz: { a: [1] },
    hostName: 'h',
    status: 'up',
    actionType: 'GONE',
    metadata: { a: { b: 'c' }, n: null, z: 1 },
  });
  assert.equal(record.status, 'UNKNOWN');
  assert.equal(record.actionType, undefined);
  assert.deepEqual(
    record.metadata,
    new Map([
      ['a', '{"b":"c"}'],
      ['n', 'null'],
      ['z', '1'],
    ]),
  );
  assert.equal(one({ actionType: 'DELETED' }).actionType, 'DELETED');
});

test('a broken instance or application is skipped and reported, the others stay', async () => {
  const { applications, skipped } = await document({
    applications: {
      application: [
        {
          name: 'orders',
          instance: [{ instanceId: 'o-1' }, 7, { app: 'ORDERS' }, { instanceId: 'o-2', hostName: 'h' }],
        },
        { instance: [{ instanceId: 'n-1', app: 'Nameless' }] },
        { instance: [] },
        null,
        { name: 'EMPTY' },
      ],
    },
  });
  assert.deepEqual(
    applications.map(({ name, instances }) => [name, instances.map(({ id, app }) => `${app}/${id}`)]),
    [
      ['ORDERS', ['ORDERS/o-1', 'ORDERS/o-2']],
      ['NAMELESS', ['NAMELESS/n-1']],
      ['EMPTY', []],
    ],
  );
  assert.equal(skipped.length, 4);
  assert.deepEqual(skipped[0], { id: 'orders/', reason: 'the instance is not an object' });
});

test('what is no registry is an error and not an empty registry', async () => {
  for (const text of [
    '',
    'x',
    '{}',
    '[]',
    'null',
    '{"applications":[]}',
    '{"applications":null}',
    '{"application":{}}',
    '<applications/>',
    '{"applications":{"application":',
  ]) {
    assert.equal((await decodeInParts([text], NOW)).ok, false, text);
  }
  assert.deepEqual((await document({ applications: {} })).applications, []);
});

test('single instances', () => {
  assert.equal(decodeInstanceJson('{"instance":{"hostName":"h","app":"a"}}', NOW).ok, true);
  for (const text of ['{', '7', '{"instance":{}}', '{"instance":{"hostName":"h"}}'])
    assert.equal(decodeInstanceJson(text, NOW).ok, false, text);
});

test('hostile documents: deep nesting, prototype keys, huge and duplicate keys', async () => {
  assert.equal((await decodeInParts(['['.repeat(200_000)], NOW)).ok, false);
  const hostile = decodeInstanceJson(
    `{"hostName":"h","hostName":"h2","app":"a","__proto__":{"ipAddr":"6.6.6.6"},"metadata":{"__proto__":"x","constructor":"y","${'k'.repeat(100_000)}":"z","d":1,"d":2}}`,
    NOW,
  );
  assert.ok(hostile.ok);
  assert.equal(hostile.value.hostName, 'h2');
  assert.equal(hostile.value.ipAddr, '');
  assert.equal(hostile.value.metadata.get('__proto__'), 'x');
  assert.equal(hostile.value.metadata.get('constructor'), 'y');
  assert.equal(hostile.value.metadata.get('d'), '2');
  assert.equal(({} as { readonly ipAddr?: string }).ipAddr, undefined);
});

test('a failure of the connection passes through the decoder', async () => {
  function* broken(): Iterable<string> {
    yield '{"applications":{"application":[';
    throw new Error('the connection broke');
  }
  await assert.rejects(decodeInParts(broken(), NOW), /the connection broke/);
});
