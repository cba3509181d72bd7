import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '../../../../../server/sources/manifests/manifest-file.ts';

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

test('lists: of anything, and of one kind whose items say nothing of it', () => {
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
