import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { EXPORT_FORMATS, exportFile } from '../../shared/export/formats.ts';
import { gatewayName } from '../../shared/export/kubernetes-objects.ts';
import { mappingOf, urlOf, type Mapping } from '../../shared/export/target.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, sourceId } from '../../shared/model/names.ts';
import { emptyApplication, type MergedApplication, type Origin } from '../../shared/registry/application.ts';
import { instance } from '../support/instances.ts';

const INGRESS: Origin = {
  kind: 'ingress',
  source: sourceId('cluster:main'),
  object: 'main/shop/x',
  statusReason: '1 of 1 endpoints ready',
  notices: [],
  changedAt: 0,
};
/** As an Ingress of this name, with the Service that it leads to. */
const from = (name: string, port: number): Origin => ({
  ...INGRESS,
  object: `main/shop/${name}`,
  backend: { namespace: 'shop', service: `${name}-web`, port },
});
const REGISTRATION: Origin = { kind: 'registration', source: sourceId('legacy') };

function application(name: string, entries: readonly (readonly [InstanceRecord, Origin])[]): MergedApplication {
  return {
    ...emptyApplication(appName(name)),
    served: entries.map(([record]) => record),
    origins: new Map(entries.map(([{ id }, origin]) => [id, origin])),
  };
}

function entry(app: string, id: string, changes: Partial<InstanceRecord>): readonly [InstanceRecord, Origin] {
  const record = instance(app, id, { hostName: `${app}.k8s.example.com`, port: { number: 80, enabled: true }, ...changes });
  return [record, app === 'frank' ? INGRESS : from(app, 8080)];
}

const https = { port: { number: 80, enabled: false }, securePort: { number: 8443, enabled: true } };

/** One of each kind that a mapping has to tell apart. */
const MAPPING: Mapping = mappingOf([
  application('ALICE', [entry('alice', 'a-1', {}), entry('alice', 'a-2', {}), [instance('alice', 'ec2'), REGISTRATION]]),
  application('BOB', [entry('bob', 'b-1', { ...https, vipAddress: 'Bob.V1,bob' })]),
  application('CAROL', [
    entry('carol', 'c-1', { hostName: 'carol.east.example.com' }),
    entry('carol', 'c-2', { hostName: 'carol.west.example.com', port: { number: 8080, enabled: true } }),
  ]),
  application('DAVE', [[instance('dave', 'd-1'), REGISTRATION]]),
  application('EVIL', [entry('evil', 'e-1', { vipAddress: 'x\nspring.datasource.url=evil' })]),
  application('FRANK', [entry('frank', 'f-1', {})]),
  application('NONE', []),
]);

test('each format is written as it was', () => {
  for (const format of EXPORT_FORMATS) {
    const { kind, text } = exportFile(format, MAPPING, []);
    const file = join(import.meta.dirname, 'export', `${format}.${kind}`);
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'), format);
  }
});

test('a name or host that could break out of its place in the file is left out, and told of', () => {
  assert.deepEqual(
    MAPPING.leftOut.map(({ app }) => app),
    ['DAVE', 'EVIL'],
  );
  for (const format of EXPORT_FORMATS) {
    const { text } = exportFile(format, MAPPING, ['a note\nwith=a line']);
    assert.doesNotMatch(text, /^(spring\.datasource|with=)/m);
    assert.match(text, /^# left out: EVIL: its vip cannot be a key of a configuration$/m);
  }
  const hosts = mappingOf([application('BAD', [entry('bad', 'b-1', { hostName: 'a"b: c' })])]);
  assert.deepEqual(hosts.targets, []);
});

test('a vip that two applications have is one key, which leads to both', () => {
  const { targets } = mappingOf([
    application('ALICE', [entry('alice', 'a-1', {})]),
    application('ALICE-BLUE', [entry('blue', 'b-1', { vipAddress: 'alice' })]),
  ]);
  assert.deepEqual(
    targets.map(({ apps, service, endpoints, backends }) => [apps, service, endpoints.map(urlOf), backends.map(({ service: name }) => name)]),
    [[['ALICE', 'ALICE-BLUE'], 'alice', ['http://alice.k8s.example.com', 'http://blue.k8s.example.com'], ['alice-web', 'blue-web']]],
  );
  for (const format of EXPORT_FORMATS) {
    const { kind, text } = exportFile(format, { targets, leftOut: [] }, []);
    // A key that is there twice is refused by the reader.
    if (kind === 'yaml') for (const { errors } of parseAllDocuments(text)) assert.deepEqual(errors, [], format);
    else {
      const keys = text.split('\n').flatMap((line) => /^([^#=]+)=/.exec(line)?.[1] ?? []);
      assert.deepEqual(keys, [...new Set(keys)], format);
    }
  }
});

test('a cluster gets one object for each name that a Service answers for, and the Gateway that is named', () => {
  const objects = (format: 'services' | 'httproute', gateway?: string): readonly unknown[] => {
    const parent = gateway === undefined ? undefined : (gatewayName(gateway) ?? assert.fail(gateway));
    return parseAllDocuments(exportFile(format, MAPPING, [], parent).text).map((each): unknown => each.toJS());
  };
  const metadata = (all: readonly unknown[]): readonly unknown[] => all.map((each) => (each as { metadata: unknown }).metadata);
  assert.deepEqual(metadata(objects('services')), [{ name: 'alice' }, { name: 'carol' }]);
  const routes = objects('httproute', 'infra/public');
  assert.deepEqual(
    metadata(routes),
    ['alice', 'bob.v1', 'carol'].map((name) => ({ name: `by-name-${name}`, namespace: 'shop' })),
  );
  assert.deepEqual((routes[0] as { spec: { parentRefs: unknown } }).spec.parentRefs, [{ name: 'public', namespace: 'infra' }]);
  assert.doesNotMatch(exportFile('httproute', MAPPING, [], { name: 'public' }).text, /placeholder/);
  const [unnamed] = objects('httproute') as readonly { spec: { parentRefs: unknown } }[];
  assert.deepEqual(unnamed?.spec.parentRefs, [{ name: 'gateway' }], 'a comment stands beside it, and the file loads');
  const { text } = exportFile('services', MAPPING, []);
  assert.match(text, /^# left out: BOB: its vip bob\.v1 cannot be the name of a Service$/m);
  assert.match(text, /^# left out: FRANK: it is not one Service alone that answers for it$/m);
  for (const wrong of ['', 'a/b/c', 'A', 'a"b', '/x', 'a b', 'x'.repeat(254)]) assert.equal(gatewayName(wrong), undefined, wrong);
});

test('YAML is read as it is meant, also without anything to map', () => {
  const gateway = parse(exportFile('spring-cloud-gateway', MAPPING, []).text) as {
    spring: { cloud: { gateway: { routes: readonly { id: string; uri: string; predicates: readonly string[] }[] } } };
  };
  assert.deepEqual(
    gateway.spring.cloud.gateway.routes.map(({ id, uri, predicates }) => [id, uri, predicates[0]]),
    [
      ['alice', 'http://alice.k8s.example.com', 'Path=/alice/**'],
      ['bob.v1', 'https://bob.k8s.example.com:8443', 'Path=/bob.v1/**'],
      ['carol', 'http://carol.east.example.com', 'Path=/carol/**'],
      ['frank', 'http://frank.k8s.example.com', 'Path=/frank/**'],
    ],
  );
  const none = { targets: [], leftOut: [] };
  assert.deepEqual(parse(exportFile('simple-discovery', none, []).text), {
    eureka: { client: { enabled: false } },
    spring: { cloud: { discovery: { client: { simple: { instances: {} } } } } },
  });
  assert.doesNotThrow(() => parse(exportFile('spring-cloud-gateway', none, []).text));
});

test('a file that leaves out or misses something leaves the Eureka client on, and says why', () => {
  const whole: Mapping = { ...MAPPING, leftOut: [] };
  const outside: Mapping = { targets: MAPPING.targets, leftOut: [{ app: 'DAVE', reason: 'it is not served from Kubernetes' }] };
  for (const format of EXPORT_FORMATS) {
    const isOfCluster = format === 'services' || format === 'httproute';
    const off = exportFile(format, whole, []);
    assert.equal(/^[^#]*enabled(=|: )false/m.test(off.text), !isOfCluster, format);
    for (const [mapping, extent] of [
      [whole, 'some'],
      [outside, 'all'],
    ] as const) {
      const { kind, text } = exportFile(format, mapping, [], undefined, extent);
      const plain = text.split('\n').filter((line) => !line.startsWith('#')).join('\n');
      assert.doesNotMatch(plain, /enabled(=|: )false/, format);
      assert.equal(/^# what is missing or left out needs the Eureka client: /m.test(text), !isOfCluster, format);
      assert.equal(/^# *(ribbon\.)?eureka.*enabled(=|: )false/m.test(text), !isOfCluster, format);
      if (kind === 'yaml') for (const { errors } of parseAllDocuments(text)) assert.deepEqual(errors, [], format);
    }
  }
});
