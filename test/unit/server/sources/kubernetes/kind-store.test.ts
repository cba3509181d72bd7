import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KindStore } from '../../../../../server/sources/kubernetes/kind-store.ts';
import { listed, type Listed } from '../../../../../server/sources/kubernetes/list-page.ts';
import { stripObject } from '../../../../../shared/ingress/strip.ts';
import { ObjectRecorder } from '../../../../support/fake-kubernetes/object-recorder.ts';

function service(namespace: string, name: string, uid: string, resourceVersion: string): Listed {
  return listed('Service', { metadata: { namespace, name, uid, resourceVersion }, spec: {} }, stripObject);
}

function opened(): { readonly sink: ObjectRecorder; readonly store: KindStore } {
  const sink = new ObjectRecorder();
  return { sink, store: new KindStore('Service', sink) };
}

test('a list of one namespace removes nothing from another', () => {
  const { sink, store } = opened();
  store.replace('a', { items: [service('a', 'x', '1', '1'), service('a', 'y', '2', '2')], resourceVersion: '3' });
  store.replace('b', { items: [service('b', 'x', '4', '4')], resourceVersion: '5' });
  store.replace('a', { items: [service('a', 'x', '1', '1')], resourceVersion: '6' });
  assert.deepEqual(sink.keys('Service'), ['Service/a/x', 'Service/b/x']);
  assert.deepEqual([store.count('a'), store.count('b'), store.count(undefined)], [1, 1, 2]);
});

test('a repeated version is not passed on again', () => {
  const { sink, store } = opened();
  store.set(service('a', 'x', '1', '7'));
  store.set(service('a', 'x', '1', '7'));
  assert.deepEqual(sink.calls, ['set Service/a/x']);
});

test('the same version under another uid is another object', () => {
  const { sink, store } = opened();
  store.set(service('a', 'x', '1', '7'));
  store.set(service('a', 'x', '2', '7'));
  assert.deepEqual(sink.calls, ['set Service/a/x', 'remove Service/a/x', 'set Service/a/x']);
});

test('in another history a known version has no meaning', () => {
  const { sink, store } = opened();
  store.set(service('a', 'x', '1', '7'));
  const restored = service('a', 'x', '1', '7');
  store.replace(undefined, { items: [restored], resourceVersion: '7' }, 'another');
  assert.equal(sink.objects.get('Service/a/x'), restored.object);
});

test('the late end of an object does not take its successor away', () => {
  const { sink, store } = opened();
  store.set(service('a', 'x', '2', '9'));
  store.remove(service('a', 'x', '1', '8').identity);
  assert.deepEqual(sink.keys('Service'), ['Service/a/x']);
});

test('an object that cannot be read keeps its last good version', () => {
  const { sink, store } = opened();
  const good = service('a', 'x', '1', '1');
  store.set(good);
  const unreadable = { identity: { ...good.identity, resourceVersion: '2' }, object: undefined };
  assert.throws(() => store.set(unreadable));
  store.replace(undefined, { items: [unreadable], resourceVersion: '3' });
  assert.equal(sink.objects.get('Service/a/x'), good.object);
});

test('a list that the sink refused is passed on in full the next time', () => {
  const { sink, store } = opened();
  sink.fails = () => true;
  const list = { items: [service('a', 'x', '1', '1')], resourceVersion: '2' };
  assert.throws(() => store.replace(undefined, list));
  sink.fails = () => false;
  store.replace(undefined, list);
  assert.deepEqual(sink.keys('Service'), ['Service/a/x']);
});
