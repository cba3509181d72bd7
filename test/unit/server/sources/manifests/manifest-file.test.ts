import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_OBJECT_BYTES, parseManifest } from '../../../../../server/sources/manifests/manifest-file.ts';

function names(fileName: string, text: string): readonly string[] {
  const parsed = parseManifest(fileName, text);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message);
  return parsed.value.objects.map(({ kind, meta }) => `${kind} ${meta.namespace}/${meta.name}`);
}

function error(fileName: string, text: string): string {
  const parsed = parseManifest(fileName, text);
  assert.equal(parsed.ok, false);
  return parsed.ok ? '' : `${parsed.error.line}: ${parsed.error.message}`;
}

test('several documents, empty ones among them', () => {
  const text =
    '# head\n---\nkind: Service\nmetadata: {name: a}\n---\n---\nkind: Namespace\nmetadata: {name: b}\n---\n# end\n';
  assert.deepEqual(names('x.yaml', text), ['Service default/a', 'Namespace /b']);
});

test('lists: of anything, and of one kind whose items do not name it', () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ kind: 'Service', metadata: { name: 'a', namespace: 'n' } }],
  };
  assert.deepEqual(names('x.json', JSON.stringify(list)), ['Service n/a']);
  const typed = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressList',
    items: [{ metadata: { name: 'a', namespace: 'n' } }],
  };
  assert.deepEqual(names('x.json', JSON.stringify(typed)), ['Ingress n/a']);
});

test('objects of other kinds, and of other groups under the same name, are counted and left', () => {
  const text =
    'kind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n';
  const parsed = parseManifest('x.yaml', text);
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.value, { objects: [], ignored: 2 });
});

test('anchors work, an alias bomb is refused', () => {
  assert.deepEqual(names('x.yaml', 'kind: Service\nmetadata: &m {name: a}\nother: *m\n'), ['Service default/a']);
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [i, key] of ['b', 'c', 'd', 'e', 'f', 'g', 'h'].entries()) {
    const before = String.fromCharCode(97 + i);
    bomb.push(`${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`);
  }
  assert.match(error('x.yaml', bomb.join('\n')), /alias/i);
});

test('errors name the line', () => {
  assert.match(error('x.yaml', 'kind: Service\nmetadata:\n  name: a\n bad: x\n'), /^4: /);
  assert.match(error('x.yaml', 'kind: Service\nmetadata: {name: a}\n---\nkin'), /^4: this is no Kubernetes object/);
  assert.match(error('x.yaml', '\n\nmetadata: {name: a}\n'), /^3: this object has no kind/);
  assert.match(error('x.yaml', 'kind: Ingress\nmetadata: {labels: {}}\n'), /^1: this Ingress has no metadata.name/);
  assert.match(error('x.yaml', 'kind: {{ .Values.kind }}\n'), /^1: /);
  assert.match(error('x.json', '{\n"kind": "Service",\n}'), /^3: /);
  assert.match(error('x.yaml', 'kind: Service\nkind: Ingress\n'), /^2: .*unique/);
});

const ONE = '{"kind":"Service","metadata":{"name":"a"}}';
const TWO = '{"kind":"Service","metadata":{"name":"b","labels":{"x":"}{ \\" \\\\"}}}';

for (const [how, between] of [
  ['one a line', '\n'],
  ['without anything between them', ''],
  ['with record separators', '\n\u001e'],
  ['with the separators of YAML', '\n---\n'],
] as const)
  test(`several JSON documents in one file: ${how}`, () => {
    assert.deepEqual(names('x.json', `${ONE}${between}${TWO}`), ['Service default/a', 'Service default/b']);
  });

test('JSON documents laid out over several lines, as kubectl writes them, and lists among them', () => {
  const list = { kind: 'List', items: [{ kind: 'Service', metadata: { name: 'c' } }] };
  const text = [JSON.parse(ONE), list, JSON.parse(TWO)].map((each) => JSON.stringify(each, undefined, 4)).join('\n');
  assert.deepEqual(names('x.json', `\n${text}\n`), ['Service default/a', 'Service default/c', 'Service default/b']);
});

test('either syntax is read under either name, as kubectl does', () => {
  assert.deepEqual(names('x.yaml', `${ONE}\n${TWO}\n`), ['Service default/a', 'Service default/b']);
  assert.deepEqual(names('x.yml', `${ONE}\n---\n${TWO}\n`), ['Service default/a', 'Service default/b']);
  assert.deepEqual(names('x.json', 'kind: Service\nmetadata: {name: a}\n'), ['Service default/a']);
});

test('one JSON document that is broken or cut off breaks the file, with its line', () => {
  assert.match(error('x.json', `${ONE}\n{"kind":\n"Service",}\n`), /^3: /);
  assert.match(error('x.json', `${ONE}\n{"kind":"Serv`), /^\d+: .*(end|Unterminated)/);
  assert.match(error('x.json', `${ONE}\n]`), /^2: /);
  assert.match(error('x.json', `${ONE}, ${TWO}`), /^1: /);
});

/** Our annotations as they are read, without the prefix. `lines` are placed below `annotations:`. */
function annotations(lines: readonly string[], before: readonly string[] = []): Readonly<Record<string, string>> {
  const text = [
    ...before,
    'kind: Ingress',
    'metadata:',
    '  name: a',
    '  annotations:',
    ...lines.map((line) => `    ${line}`),
  ];
  const parsed = parseManifest('x.yaml', text.join('\n'));
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message);
  const entries = Object.entries(parsed.value.objects[0]?.meta.annotations ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key.replace('eurek8s.io/', ''), value]));
}

const AS_THEY_STAND = [
  '1.10',
  '1e3',
  '1234e5',
  '1.0',
  '0x1F',
  '0o17',
  '0755',
  '007',
  '+5',
  '-0',
  '12345678901234567890',
  '.5',
  '5.',
  '1_000',
  '.inf',
  '-.inf',
  '.nan',
  'yes',
  'no',
  'on',
  'off',
  'True',
  'FALSE',
  'true',
  '80',
  '2026-05-01',
  '2026-05-01T00:00:00Z',
  '12:30:45',
  '1e400',
];

for (const value of AS_THEY_STAND)
  test(`an annotation ${value} without quotes is the text ${value}`, () => {
    assert.deepEqual(annotations([`eurek8s.io/zone: ${value}`]), { zone: value });
    const label = parseManifest('x.yaml', `kind: Service\nmetadata: {name: a}\nspec: {selector: {v: ${value}}}`);
    assert.ok(label.ok && label.value.objects[0]?.kind === 'Service');
    assert.deepEqual(label.value.objects[0].selector, { v: value });
  });

test('numbers in JSON are the text of the file too', () => {
  const parsed = parseManifest(
    'x.json',
    '{"kind":"Ingress","metadata":{"name":"a","annotations":{"eurek8s.io/zone":1.10,"eurek8s.io/vip":1e3,"eurek8s.io/port":80,"eurek8s.io/publish":true}}}',
  );
  assert.ok(parsed.ok);
  const { annotations: found } = parsed.value.objects[0]!.meta;
  assert.deepEqual(Object.values(found), ['1.10', '1e3', '80', 'true']);
});

for (const nothing of ['~', 'null', ''])
  test(`an annotation that is "${nothing}" without quotes is not there`, () => {
    assert.deepEqual(annotations([`eurek8s.io/zone: ${nothing}`]), {});
  });

test('ports are numbers, and numbers of ports that are text are read as well', () => {
  const service = (port: string): unknown => {
    const parsed = parseManifest('x.yaml', `kind: Service\nmetadata: {name: a}\nspec: {ports: [{port: ${port}}]}`);
    return parsed.ok && parsed.value.objects[0]?.kind === 'Service'
      ? parsed.value.objects[0].ports[0]?.number
      : undefined;
  };
  assert.equal(service('80'), 80);
  assert.equal(service('none'), 0);
});

test('merge keys are merged: what is written goes before what is merged, the first of several maps before the next', () => {
  const common = [
    'x-one: &one {eurek8s.io/publish: "true", eurek8s.io/zone: one}',
    'x-two: &two {eurek8s.io/zone: two, eurek8s.io/vip: two}',
  ];
  assert.deepEqual(annotations(['<<: *one'], common), { publish: 'true', zone: 'one' });
  assert.deepEqual(annotations(['<<: *one', 'eurek8s.io/zone: own'], common), { publish: 'true', zone: 'own' });
  assert.deepEqual(annotations(['eurek8s.io/zone: own', '<<: *one'], common), { zone: 'own', publish: 'true' });
  assert.deepEqual(annotations(['<<: [*one, *two]'], common), { publish: 'true', zone: 'one', vip: 'two' });
  const nested = [...common, 'x-all: &all {<<: *two, eurek8s.io/app: carol}'];
  assert.deepEqual(annotations(['<<: *all'], nested), { zone: 'two', vip: 'two', app: 'carol' });
  assert.deepEqual(annotations(['<<: {eurek8s.io/zone: here}']), { zone: 'here' });
});

test('merge keys work in every mapping, and merge nothing but mappings', () => {
  const text =
    'x: &x {name: a, namespace: n}\nkind: Service\nmetadata: {<<: *x}\ny: &y {app: a}\nspec: {selector: {<<: *y}}\n';
  assert.deepEqual(names('x.yaml', text), ['Service n/a']);
  assert.match(error('x.yaml', 'kind: Service\nmetadata: {<<: [a]}\n'), /^1: .*[Mm]erge/);
});

test('a duplicate key is an error with its line, at any depth, but merged keys may be given again', () => {
  assert.match(error('x.yaml', 'kind: Service\nmetadata:\n  name: a\n  name: b\n'), /^4: .*name .*unique/);
  assert.match(error('x.yaml', 'kind: Service\nmetadata: {name: a, labels: {1: a, "1": b}}\n'), /^2: .*unique/);
  assert.deepEqual(names('x.yaml', 'x: &x {name: a}\nkind: Service\nmetadata: {<<: *x, name: b}\n'), [
    'Service default/b',
  ]);
});

test('an object that is larger than an API server accepts is refused', () => {
  const labels = Object.fromEntries(Array.from({ length: MAX_OBJECT_BYTES / 8 }, (_, i) => [`k${i}`, 'v']));
  assert.match(
    error('x.json', JSON.stringify({ kind: 'Ingress', metadata: { name: 'a', labels } })),
    /^1: Ingress a is larger/,
  );
});

test('objects of a version that is no longer served are kept, so that a refusal can name them', () => {
  const text =
    'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n---\napiVersion: config.openshift.io/v1\nkind: Ingress\nmetadata: {name: cluster}\n';
  const parsed = parseManifest('x.yaml', text);
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.value.objects.map(({ meta }) => [meta.name, meta.unreadVersion]),
    [['a', 'extensions/v1beta1']],
  );
  assert.equal(parsed.value.ignored, 1);
});
