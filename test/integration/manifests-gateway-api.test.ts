import assert from 'node:assert/strict';
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gateway, httpRoute } from '../support/fake-kubernetes/objects.ts';
import { app, begin, text, until } from '../support/manifests-scene.ts';

// The Gateway API in a directory of manifests, by the same derivation as in a cluster.

test('an HTTPRoute in a directory is published, and follows its Gateway', async (t) => {
  const [service, slice] = app('carol', 2).slice(-2);
  assert.ok(service !== undefined && slice !== undefined);
  const { directory, sink } = begin(t, {
    'carol.yaml': text(service, slice, withApi(httpRoute('shop', 'carol'))),
    'gateway.yaml': text(withApi(gateway())),
  });
  await until(() => sink.syncs === 1, 'sync');
  const { kind, host, port, status } = sink.publication('carol') ?? {};
  assert.deepEqual([kind, host, port, status], ['HTTPRoute', 'carol.gw.example.com', 80, 'UP']);
  unlinkSync(join(directory, 'gateway.yaml'));
  await until(() => sink.publication('carol') === undefined, 'no Gateway');
  const refusals = [...sink.apps.values()].flatMap((each) => each.refusals.map(({ code }) => code));
  assert.deepEqual(refusals, ['gateway-not-found']);
});

function withApi(object: object): object {
  return { apiVersion: 'gateway.networking.k8s.io/v1', ...object };
}
