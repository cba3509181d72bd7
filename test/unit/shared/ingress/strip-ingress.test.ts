import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKubernetesKind, unreadVersion } from '../../../../shared/ingress/api-versions.ts';
import { stripObject } from '../../../../shared/ingress/strip.ts';
import type { ObjectKind, StrippedObject } from '../../../../shared/ingress/stripped.ts';

type Kind<K extends ObjectKind> = Extract<StrippedObject, { kind: K }>;

function strip<K extends ObjectKind>(kind: K, raw: object): Kind<K> {
  const object = stripObject(kind, { metadata: { name: 'a' }, ...raw });
  assert.ok(object?.kind === kind);
  return object as Kind<K>;
}

function pathType(annotations: Readonly<Record<string, unknown>>, type?: string): string | undefined {
  const backend = { service: { name: 's', port: { number: 80 } } };
  const rules = [{ host: 'h', http: { paths: [{ path: '/', pathType: type, backend }] } }];
  return strip('Ingress', { metadata: { name: 'a', annotations }, spec: { rules } }).rules[0]?.paths?.[0]?.pathType;
}

test('a prefix is one for the controller to decide where annotations make ingress-nginx read expressions', () => {
  const own = 'ImplementationSpecific';
  const [regex, rewrite] = ['nginx.ingress.kubernetes.io/use-regex', 'any.prefix/rewrite-target'];
  for (const [annotations, type, expected] of [
    [{}, 'Prefix', 'Prefix'],
    [{}, 'Exact', 'Exact'],
    [{}, undefined, own],
    [{ [regex]: 'true' }, 'Prefix', own],
    [{ [regex]: ' true ' }, 'Prefix', own],
    [{ [regex]: true }, 'Prefix', own],
    [{ [regex]: 'true' }, 'Exact', 'Exact'],
    [{ [regex]: 'false' }, 'Prefix', 'Prefix'],
    [{ [rewrite]: '/$1' }, 'Prefix', own],
    [{ [rewrite]: '/x' }, 'Prefix', 'Prefix'],
    [{ [rewrite]: null }, 'Prefix', 'Prefix'],
    [{ 'any.prefix/other': '/$1' }, 'Prefix', 'Prefix'],
    [{ 'any.prefix/other': 'true', [regex]: 'true' }, 'Prefix', own],
  ] as const)
    assert.equal(pathType(annotations, type), expected, JSON.stringify([annotations, type]));
});

test('backends as older versions write them make the object one of these', () => {
  const version = (spec: object): string | undefined => strip('Ingress', { spec }).meta.unreadVersion;
  const old = 'v1beta1, by its backends';
  const path = (backend: object) => ({ rules: [{ http: { paths: [{ backend }] } }] });
  assert.equal(version({ backend: { serviceName: 'a' } }), old);
  assert.equal(version({ backend: {} }), old);
  assert.equal(version({ defaultBackend: { serviceName: 'a' } }), old);
  assert.equal(version(path({ serviceName: 'a' })), old);
  assert.equal(version(path({ service: { name: 'a' } })), undefined);
  assert.equal(version({ rules: [{}, { http: {} }] }), undefined);
  assert.equal(strip('Service', { spec: { backend: {} } }).meta.unreadVersion, undefined, 'Ingresses alone');
});

test('a backend has one port, by number or by name', () => {
  const port = (given: unknown): unknown =>
    strip('Ingress', { spec: { defaultBackend: { service: { name: 's', port: given } } } }).defaultBackend;
  assert.deepEqual(port({ number: 80 }), { service: 's', port: 80 });
  assert.deepEqual(port({ name: 'http' }), { service: 's', port: 'http' });
  assert.deepEqual(port({ number: 80, name: 'http' }), { service: 's', port: undefined });
  assert.deepEqual(port({}), { service: 's', port: undefined });
  assert.equal(strip('Ingress', { spec: { defaultBackend: { resource: {} } } }).defaultBackend, undefined);
});

test('an entry of tls without hosts stands for all of them', () => {
  const hosts = (tls: unknown): readonly string[] => strip('Ingress', { spec: { tls } }).tlsHosts;
  assert.deepEqual(hosts([{ hosts: ['A.example.com.', null] }, {}, { hosts: [] }]), ['a.example.com', '*', '*']);
  assert.deepEqual(hosts(undefined), []);
});

test('the class of the annotation goes before that of the spec, which is told where it is another', () => {
  const classes = (annotation: string | undefined, ingressClassName: string | undefined) => {
    const annotations = { 'kubernetes.io/ingress.class': annotation };
    const { className, overruledClass } = strip('Ingress', {
      metadata: { name: 'a', annotations },
      spec: { ingressClassName },
    });
    return [className, overruledClass];
  };
  assert.deepEqual(classes('x', 'y'), ['x', 'y']);
  assert.deepEqual(classes('x', 'x'), ['x', undefined]);
  assert.deepEqual(classes(undefined, 'y'), ['y', undefined]);
  assert.deepEqual(classes('x', undefined), ['x', undefined]);
  assert.deepEqual(classes(undefined, undefined), [undefined, undefined]);
});

test('hosts and load balancers are in one spelling', () => {
  const { rules, loadBalancer } = strip('Ingress', {
    spec: { rules: [{ host: '*.EXAMPLE.com' }, { host: '*' }, { host: 'Bad Host' }, { host: 'B\u00fccher.example.' }] },
    status: { loadBalancer: { ingress: [{ hostname: 'LB.example.com.' }] } },
  });
  assert.deepEqual(
    rules.map(({ host }) => host),
    ['*.example.com', '*', 'bad host', 'xn--bcher-kva.example'],
  );
  assert.deepEqual(loadBalancer, [{ ip: undefined, hostname: 'lb.example.com' }]);
});

test('labels are kept of Ingresses and Namespaces alone, which selectors are about', () => {
  const labels = (kind: ObjectKind) => strip(kind, { metadata: { name: 'a', labels: { app: 'x' } } }).meta.labels;
  assert.deepEqual([labels('Ingress'), labels('Namespace'), labels('Service')], [{ app: 'x' }, { app: 'x' }, {}]);
});

test('what an object does not say has the default of the API', () => {
  const { type, ports, selector } = strip('Service', {
    spec: { ports: [{}, { port: '80', protocol: 'UDP', name: 'x' }] },
  });
  assert.deepEqual([type, selector], ['ClusterIP', {}]);
  assert.deepEqual(ports, [
    { name: '', number: 0, protocol: 'TCP' },
    { name: 'x', number: 80, protocol: 'UDP' },
  ]);
  const slice = strip('EndpointSlice', { ports: [{}, { port: null }, { port: 80, name: 'x', protocol: 'UDP' }] });
  assert.deepEqual([slice.addressType, slice.serviceName], ['IPv4', undefined]);
  assert.deepEqual(slice.ports, [
    { name: '', protocol: 'TCP', any: true },
    { name: '', protocol: 'TCP', any: true },
    { name: 'x', protocol: 'UDP', any: false },
  ]);
  assert.deepEqual([slice.meta.uid, slice.meta.deleting], ['', false]);
});

test('an endpoint that is ready in one place is not unready in another', () => {
  const { ready, unready } = strip('EndpointSlice', {
    endpoints: [
      { addresses: ['10.0.0.1'], conditions: { ready: true } },
      { addresses: ['10.0.0.1'], conditions: { serving: false } },
      { addresses: ['10.0.0.2'], conditions: { terminating: true } },
    ],
  });
  assert.deepEqual([ready, unready], [['10.0.0.1'], ['10.0.0.2']]);
});

test('a Deployment is available by the condition of that name alone', () => {
  const available = (...conditions: readonly object[]): boolean =>
    strip('Deployment', { status: { conditions } }).available;
  const yes = { type: 'Available', status: 'True' };
  assert.equal(available({ type: 'Progressing', status: 'False' }, yes), true);
  assert.equal(available(yes), true);
  assert.equal(available({ type: 'Available', status: 'False' }), false);
  assert.equal(available({ type: 'Progressing', status: 'True' }), false);
  assert.equal(available(), false);
});

test('a class is the default by its annotation', () => {
  const isDefault = (annotations: object): boolean =>
    strip('IngressClass', { metadata: { name: 'a', annotations } }).isDefault;
  const key = 'ingressclass.kubernetes.io/is-default-class';
  assert.deepEqual(
    [
      isDefault({ [key]: 'true' }),
      isDefault({ [key]: true }),
      isDefault({ [key]: 'false' }),
      isDefault({ other: 'true' }),
    ],
    [true, true, false, false],
  );
});

test('kinds of other groups are not ours, and versions that we do not read are told', () => {
  for (const version of [
    'v1',
    'apps/v1',
    'networking.k8s.io/v1beta1',
    'extensions/v1beta1',
    'discovery.k8s.io/v1',
    undefined,
  ])
    assert.ok(isKubernetesKind(version), String(version));
  for (const version of ['serving.knative.dev/v1', 'networking/v1', 'v1/extensions', 'apps.example.com/v1'])
    assert.ok(!isKubernetesKind(version), version);
  assert.equal(unreadVersion('Ingress', 'extensions/v1beta1'), 'extensions/v1beta1');
  assert.equal(unreadVersion('Ingress', 'networking.k8s.io/v1'), undefined);
  assert.equal(unreadVersion('Ingress', undefined), undefined);
});
