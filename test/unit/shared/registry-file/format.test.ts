import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { ShapeError } from '../../../../shared/data/shape.ts';
import { headerOf, parseHeader } from '../../../../shared/registry-file/envelope.ts';
import { mergeMemory } from '../../../../shared/registry-file/memory-shape.ts';
import { LineReading } from '../../../../shared/registry-file/lines.ts';
import type { MergeMemory } from '../../../../shared/registry/application.ts';
import { runInSlices } from '../../../../shared/time-slice.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';
import { endlessSlice } from '../../../support/time-slices.ts';

/**
 * Format 1 as it was first written. A version that reads it no more, or otherwise, has to be another one: raise VERSION in
 * `envelope.ts`, and migrate or refuse this.
 */
const FORMAT_1 = [
  String.raw`{"writtenAt":1750000000123}`,
  String.raw`{"source":"legacy","lastSuccessAt":1750000000100,"basis":["http://eureka/eureka"],"state":{"brake":{"passed":[]},"pending":[]}}`,
  String.raw`{"source":"cluster:main","lastSuccessAt":1750000000101,"basis":["x"]}`,
  String.raw`{"app":"ORDERS","memory":{"template":{"vipAddress":"orders","metadata":["a","b"],"foreignPages":["health"],"zones":["dc1",2]},"served":[],"refusals":[{"object":"main/shop/x","code":"no-host","since":1750000000050}]},"contributions":[{"source":"legacy","candidates":{"publications":[],"refusals":[]},"instances":[["o-1","o-1","o-1.corp.example","ORDERS","10.20.0.7",null,"UP","UNKNOWN",8080,true,443,false,1,"MyOwn",[30,90,1750000000500,1750000090000,0,1750000000400],["zone","dc1"],null,null,null,null,null,"orders","orders",false,1750000000500,1750000000100,"ADDED",null]]},{"source":"cluster:main","candidates":{"publications":[{"cluster":"main","namespace":"shop","ingress":"orders","app":"ORDERS","host":"orders.k8s.example.com","address":"192.0.2.10","port":80,"securePort":443,"scheme":"http","status":"UP","statusReason":"2 of 2 endpoints ready","readyEndpoints":2,"traffic":{"kind":"single"},"maxEntries":64,"overrides":{"metadata":[]},"createdAt":1750000000000,"changedAt":1750000000000,"notices":[]}],"refusals":[{"object":"main/shop/x","code":"no-host","reason":"no host"}]},"instances":[]}]}`,
];

function read(lines: readonly string[]) {
  const reading = new LineReading();
  for (const line of lines) void runInSlices(reading.take(line), endlessSlice());
  return reading.result();
}

test('format 1 is read as it always was', () => {
  const orders = appName('ORDERS');
  const { writtenAt, parts, memory } = read(FORMAT_1);
  assert.equal(writtenAt, 1_750_000_000_123);
  const legacy = parts.get(sourceId('legacy'));
  assert.deepEqual(legacy?.state, { brake: { passed: [] }, pending: [] });
  assert.deepEqual(legacy?.contributions.get(orders)?.instances, [instance('ORDERS', 'o-1')]);
  const cluster = parts.get(sourceId('cluster:main'));
  assert.deepEqual(cluster?.contributions.get(orders), {
    instances: [],
    publications: [publication('ORDERS', { maxEntries: 64 })],
    refusals: [{ object: 'main/shop/x', code: 'no-host', reason: 'no host' }],
  });
  assert.equal(memory.get(orders)?.template?.vipAddress, 'orders');
  assert.deepEqual(memory.get(orders)?.refusals, [
    { object: 'main/shop/x', code: 'no-host', since: 1_750_000_000_050 },
  ]);
});

test('what no version of ours writes is refused and not guessed at', () => {
  const [, , , application = ''] = FORMAT_1;
  for (const [from, to] of [
    ['"UP","UNKNOWN"', '"GOOD","UNKNOWN"'],
    ['8080,true', '"8080",true'],
    ['["zone","dc1"]', '["zone"]'],
    ['"MyOwn"', '"Other"'],
    ['"kind":"single"', '"kind":"schedule"'],
    ['"no-host","since"', '"no-reason","since"'],
    ['"scheme":"http"', '"scheme":"ftp"'],
    ['"notices":[]', '"notices":{}'],
    [',"host":"orders.k8s.example.com"', ''],
  ] as const) {
    assert.ok(application.includes(from), from);
    assert.throws(() => read([...FORMAT_1.slice(0, 3), application.replace(from, to)]), ShapeError, `${from} → ${to}`);
  }
});

test('the first line is read in the one form that is written', () => {
  const envelope = { bytes: 48_210, checksum: 'a'.repeat(64) };
  assert.deepEqual(parseHeader(headerOf(envelope)), { ok: true, value: envelope });
  for (const line of [
    '',
    '\n',
    `eurek8s-registry 1 048 ${'a'.repeat(64)}\n`,
    `eurek8s-registry 1 48 ${'A'.repeat(64)}\n`,
  ])
    assert.ok(!parseHeader(line).ok, line);
});

test('why a first line is not read is told for people', () => {
  const why = (line: string): string => {
    const parsed = parseHeader(line);
    return parsed.ok ? '' : parsed.error;
  };
  const checksum = 'a'.repeat(64);
  assert.equal(why(`eurek8s-registry 2 48 ${checksum}\n`), 'it has format 2, a newer one than this version reads');
  for (const line of [
    'hello',
    `eurek8s-registry 0 48 ${checksum}\n`,
    `eurek8s-registry 1 48 ${checksum}`,
    `eurek8s-registry 1 48 ${checksum}0\n`,
    ` eurek8s-registry 1 48 ${checksum}\n`,
    `eurek8s-registry 1 -1 ${checksum}\n`,
    `eurek8s-registry 1 1234567890123456 ${checksum}\n`,
  ])
    assert.equal(why(line), 'it does not begin as a registry file does', line);
  assert.deepEqual(parseHeader(`eurek8s-registry 1 0 ${checksum}\n`), { ok: true, value: { bytes: 0, checksum } });
});

test('the memory of a merge is read as it was written, to the last absent value', () => {
  const template = {
    vipAddress: 'orders',
    secureVipAddress: 'orders-secure',
    metadata: new Map([['team', 'a']]),
    disputed: ['build'],
    homePagePath: '/home',
    statusPagePath: '/info',
    healthCheckPath: '/health',
    foreignPages: ['home', 'status', 'health'],
    zones: new Map([['dc1', 2]]),
    amazonZones: new Map([['dc1', 'us-east-1a']]),
    goneSince: 1_750_000_000_000,
  } as const;
  const bare = {
    ...template,
    vipAddress: undefined,
    secureVipAddress: undefined,
    homePagePath: undefined,
    statusPagePath: undefined,
    healthCheckPath: undefined,
    amazonZones: undefined,
    goneSince: undefined,
  };
  for (const each of [template, bare, undefined]) {
    const memory: MergeMemory = { template: each, served: [instance('ORDERS', 'o-1')], refusals: [] };
    assert.deepEqual(mergeMemory.read(JSON.parse(JSON.stringify(mergeMemory.write(memory)))), memory);
  }
});
