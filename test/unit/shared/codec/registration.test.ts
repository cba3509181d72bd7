import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRegistration, type RegistrationRefusal } from '../../../../shared/codec/registration.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName } from '../../../../shared/model/names.ts';
import type { Result } from '../../../../shared/result.ts';

// test/golden replays the answers of stock servers to some 95 bodies. Here are the cases between those.

const NOW = 1_795_000_000_000;
const APP = appName('ORDERS');
const CENTER = { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' };
const BASE = { hostName: 'h', app: 'Orders', ipAddr: '10.0.0.1', dataCenterInfo: CENTER };
const UNREADABLE = '{"error": "cannot parse request body"}';

function register(
  body: string,
  type: string | undefined = 'application/json',
): Result<InstanceRecord, RegistrationRefusal> {
  return decodeRegistration(APP, type, body, NOW);
}

function taken(fields: object): InstanceRecord {
  const result = register(JSON.stringify({ instance: { ...BASE, ...fields } }));
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function refused(instance: string): string {
  const result = register(`{"instance":${instance}}`);
  assert.ok(!result.ok, instance);
  return result.error.body;
}

test('a body as the JavaScript and Go clients send it', () => {
  const record = taken({
    overriddenstatus: '',
    homePageUrl: '',
    countryId: 0,
    securePort: { $: 0 },
    leaseInfo: { evictionDurationInSecs: 90 },
    dataCenterInfo: { '@class': 'com.netflix.appinfo.MyDataCenterInfo', name: 'MyOwn' },
  });
  assert.equal(record.overriddenStatus, 'UNKNOWN');
  assert.equal(record.homePageUrl, '');
  assert.equal(record.countryId, 0);
  assert.equal(record.leaseInfo!.durationInSecs, 90);
  assert.equal(record.app, 'ORDERS');
  assert.equal(record.lastDirtyTimestamp, NOW);
});

test('numbers in metadata keep their digits: 1.10 is not 1.1', () => {
  const result = register(
    JSON.stringify({ instance: { ...BASE, metadata: { v: 'V', n: 'N', b: 1 } } })
      .replace('"V"', '1.10')
      .replace('"N"', '12345678901234567890'),
  );
  assert.ok(result.ok);
  assert.deepEqual(
    result.value.metadata,
    new Map([
      ['v', '1.10'],
      ['n', '12345678901234567890'],
      ['b', '1'],
    ]),
  );
});

test('group names are upper-cased, as in the JSON of stock servers', () => {
  assert.equal(taken({ appGroupName: 'finance' }).appGroupName, 'FINANCE');
});

test('unknown keys: what keeps a Java decoder in step is passed over', () => {
  for (const fields of [
    { zzz: 'x' },
    { zzz: null },
    { zzz: [1] },
    { zzz: ['x'], vipAddress: 'v' },
    { zzz: {} },
    { identifyingAttribute: 'x' },
  ])
    taken(fields);
  for (const tail of ['"zzz":[]', '"zzz":[1,2]', '"zzz":[[1]]', '"hostName":{}', '"hostName":["x"]']) {
    assert.equal(refused(`${JSON.stringify(BASE).slice(0, -1)},${tail}}`), UNREADABLE, tail);
  }
  assert.equal(refused(`{"zzz":{},${JSON.stringify(BASE).slice(1)}`), UNREADABLE);
});

test('nested metadata is torn apart as in a Java decoder, or refused', () => {
  assert.deepEqual(
    taken({ metadata: { x: 1, a: { b: 'c', d: null } } }).metadata,
    new Map([
      ['x', '1'],
      ['a', '{'],
      ['b', 'c'],
      ['d', 'null'],
    ]),
  );
  assert.deepEqual(
    taken({ metadata: { a: ['b'], '@class': 'x' }, vipAddress: 'v' }).metadata,
    new Map([
      ['a', '['],
      ['b', ']'],
    ]),
  );
  for (const metadata of [
    { a: { b: 'c' }, d: 'e' },
    { a: { b: {} } },
    { a: [] },
    { a: ['b', 'c'] },
    { a: [{}] },
    'x',
    [],
  ]) {
    assert.equal(refused(JSON.stringify({ ...BASE, metadata })), UNREADABLE, JSON.stringify(metadata));
  }
});

test('ports and leases with unknown or nested parts', () => {
  assert.deepEqual(taken({ port: {}, securePort: {} }).securePort, { number: 7002, enabled: false });
  for (const fields of [
    { port: 80 },
    { port: { $: 1, x: 1 } },
    { port: { $: {} } },
    { securePort: '443' },
    { leaseInfo: 1 },
    { leaseInfo: { x: [] } },
  ]) {
    assert.equal(refused(JSON.stringify({ ...BASE, ...fields })), UNREADABLE, JSON.stringify(fields));
  }
});

test('data centers: the class decides', () => {
  const amazon = taken({
    instanceId: 'o-1',
    dataCenterInfo: { '@class': 'com.netflix.appinfo.AmazonInfo', metadata: { n: 1, z: null } },
  });
  assert.deepEqual(amazon.dataCenterInfo, {
    name: 'Amazon',
    metadata: new Map([
      ['n', '1'],
      ['z', 'null'],
      ['instance-id', 'o-1'],
    ]),
  });
  assert.deepEqual(taken({ dataCenterInfo: { ...CENTER, name: 'Amazon' } }).dataCenterInfo, {
    name: 'Amazon',
    metadata: new Map([['instance-id', 'h']]),
  });
  for (const dataCenterInfo of [
    'MyOwn',
    { ...CENTER, x: 1 },
    { ...CENTER, name: 1 },
    { '@class': 'com.netflix.appinfo.AmazonInfo', metadata: { a: [] } },
    {},
  ]) {
    assert.equal(refused(JSON.stringify({ ...BASE, dataCenterInfo })), UNREADABLE, JSON.stringify(dataCenterInfo));
  }
  assert.equal(
    refused(JSON.stringify({ ...BASE, dataCenterInfo: { ...CENTER, name: null } })),
    'Missing dataCenterInfo Name',
  );
});

test('the checks come in the order of stock servers, and blanks pass', () => {
  assert.equal(refused('{"app":"X"}'), 'Missing instanceId');
  assert.equal(refused('{"app":"X","instanceId":"i"}'), 'Missing hostname');
  assert.equal(refused('{"app":"X","hostName":"h"}'), 'Missing ip address');
  assert.equal(refused('{"app":"","hostName":"h","ipAddr":" "}'), 'Missing appName');
  assert.equal(refused('{"app":"x","hostName":"h","ipAddr":" "}'), 'Mismatched appName, expecting ORDERS but was X');
  assert.equal(refused('{"app":"orders","hostName":"h","ipAddr":" "}'), 'Missing dataCenterInfo');
});

test('media types: parameters and case do not matter, anything else is not supported', () => {
  const body = JSON.stringify({ instance: BASE });
  for (const type of ['application/json', 'Application/JSON; charset=utf-8', ' application/json '])
    assert.ok(register(body, type).ok, type);
  for (const type of ['', 'text/xml', 'application/json5', 'application/vnd.x+json']) {
    const reason = 'a registration is application/json or application/xml';
    assert.deepEqual(register(body, type), {
      ok: false,
      error: { status: 415, body: '', contentType: undefined, reason },
    });
  }
});

test('XML: no app, an unreadable port and a lost lease are unreadable bodies; names are upper-cased', () => {
  const xml = (inner: string): Result<InstanceRecord, RegistrationRefusal> =>
    register(
      `<instance><hostName>h</hostName><ipAddr>1.1.1.1</ipAddr><dataCenterInfo><name>MyOwn</name></dataCenterInfo>${inner}</instance>`,
      'application/xml',
    );
  const good = xml('<app>orders</app>');
  assert.ok(good.ok && good.value.app === 'ORDERS');
  for (const inner of [
    '',
    '<app>orders</app><port/>',
    '<app>orders</app><port>2147483648</port>',
    '<app>orders</app><countryId>99999999999</countryId>',
    '<leaseInfo><durationInSecs>9223372036854775808</durationInSecs></leaseInfo><app>orders</app>',
    '<leaseInfo><durationInSecs>x</durationInSecs></leaseInfo><app>orders</app>',
  ]) {
    const refusal = xml(inner);
    assert.ok(!refusal.ok);
    const { reason, ...answer } = refusal.error;
    assert.deepEqual(answer, {
      status: 400,
      body: '<error><message>cannot parse request body</message></error>',
      contentType: 'application/xml',
    });
    assert.notEqual(reason, '');
  }
});

test('XML: a time stamp that is no Java long counts as absent', () => {
  const stamped = (text: string): number | undefined => {
    const result = register(
      `<instance><hostName>h</hostName><app>orders</app><ipAddr>1.1.1.1</ipAddr><dataCenterInfo><name>MyOwn</name>` +
        `</dataCenterInfo><lastDirtyTimestamp>${text}</lastDirtyTimestamp></instance>`,
      'application/xml',
    );
    return result.ok ? result.value.lastDirtyTimestamp : undefined;
  };
  assert.equal(stamped('9223372036854775807'), Number.MAX_SAFE_INTEGER);
  assert.equal(stamped('9223372036854775808'), NOW);
  assert.equal(stamped('-9223372036854775809'), NOW);
  assert.equal(stamped('+5'), 5);
});

test('a number as a flag is true only when it is whole and not 0', () => {
  const enabled = (flag: unknown): boolean => taken({ port: { $: 1, '@enabled': flag } }).port.enabled;
  assert.deepEqual([1, -1, 0, 80.5, 'true', 'TRUE', true].map(enabled), [true, true, false, false, true, false, true]);
});

test('hostile bodies: deep nesting and prototype keys', () => {
  assert.equal(refused('{"a":'.repeat(100_000)), UNREADABLE);
  assert.equal(refused(`{"zzz":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), UNREADABLE);
  const result = register(
    `{"instance":${JSON.stringify(BASE).slice(0, -1)},"metadata":{"__proto__":"x","a":1,"a":2}}}`,
  );
  assert.ok(result.ok);
  assert.deepEqual(
    [...result.value.metadata],
    [
      ['__proto__', 'x'],
      ['a', '2'],
    ],
  );
});

test('a vip address of more than 1,000 elements is refused, and nothing that any client has', () => {
  const address = (count: number): string => Array.from({ length: count }, (_, i) => `vip-${i}`).join(',');
  assert.equal(taken({ vipAddress: address(1000) }).vipAddress, address(1000));
  for (const field of ['vipAddress', 'secureVipAddress'])
    assert.equal(refused(JSON.stringify({ ...BASE, [field]: address(1001) })), `${field} has more than 1000 elements`);
  assert.equal(taken({ vipAddress: `v${'x'.repeat(5000)}` }).vipAddress?.length, 5001);
});
