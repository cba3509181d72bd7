import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodePeerBatch, encodePeerAnswers } from '../../../../shared/codec/peer-batch.ts';
import { type PeerItem } from '../../../../shared/model/peer-item.ts';
import { instance } from '../../../support/instances.ts';
import { finished } from '../../../support/time-slices.ts';

const NOW = 1_760_000_000_000;
const INSTANCE = {
  instanceId: 'node7:orders:8080',
  hostName: 'node7',
  app: 'ORDERS',
  ipAddr: '10.20.0.7',
  status: 'UP',
  port: { $: 8080, '@enabled': 'true' },
  dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
  lastUpdatedTimestamp: '1750000000500',
  lastDirtyTimestamp: '1750000000100',
};

function decoded(...replicationList: readonly object[]): readonly PeerItem[] {
  const batch = finished(decodePeerBatch(JSON.stringify({ replicationList }), NOW));
  assert.ok(batch.ok);
  return batch.value;
}

test('the actions of a batch are decoded in order', () => {
  const named = { appName: 'orders', id: 'i-1', lastDirtyTimestamp: 1_750_000_000_100, status: 'OUT_OF_SERVICE' };
  const items = decoded(
    { ...named, action: 'Register', instanceInfo: INSTANCE },
    { ...named, action: 'Heartbeat' },
    { appName: 'ORDERS', id: 'i-1', action: 'Cancel' },
    { ...named, action: 'StatusUpdate' },
    { ...named, status: undefined, action: 'DeleteStatusOverride' },
  );
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['register', 'heartbeat', 'cancel', 'set-status', 'remove-status'],
  );
  const [register, heartbeat, , update, removal] = items;
  assert.ok(register?.kind === 'register');
  assert.equal(register.record.lastUpdatedTimestamp, 1_750_000_000_500);
  assert.equal(register.id, 'node7:orders:8080', 'the instance names itself');
  assert.deepEqual(heartbeat, {
    kind: 'heartbeat',
    app: 'ORDERS',
    id: 'i-1',
    lastDirtyTimestamp: 1_750_000_000_100,
    overriddenStatus: undefined,
  });
  assert.ok(update?.kind === 'set-status' && update.status === 'OUT_OF_SERVICE');
  assert.ok(
    removal?.kind === 'remove-status' && removal.status === 'UNKNOWN',
    'nothing to go back to: UNKNOWN, as stock',
  );
});

test('a heartbeat has the override of the peer', () => {
  const heartbeat = { appName: 'A', id: 'x', action: 'Heartbeat' };
  const items = decoded(
    { ...heartbeat, overriddenStatus: 'OUT_OF_SERVICE' },
    { ...heartbeat, overriddenStatus: 'NOPE' },
  );
  assert.deepEqual(
    items.map((item) => item.kind === 'heartbeat' && item.overriddenStatus),
    ['OUT_OF_SERVICE', undefined],
  );
});

test('an unknown status does not become UNKNOWN, which would stay', () => {
  const named = { appName: 'A', id: 'x', status: 'down' };
  const items = decoded({ ...named, action: 'StatusUpdate' }, { ...named, action: 'DeleteStatusOverride' });
  for (const item of items) assert.ok(item.kind === 'unreadable' && item.status === 500, JSON.stringify(item));
});

test('a registration without a readable instance does not spoil the batch', () => {
  const [item, next] = decoded(
    { appName: 'A', id: 'x', action: 'Register' },
    { appName: 'A', id: 'y', action: 'Cancel' },
  );
  assert.ok(item?.kind === 'unreadable' && item.status === 200);
  assert.equal(next?.kind, 'cancel');
});

test('an instance of another application than that of the item is passed over, as in stock servers', () => {
  const [item] = decoded({ appName: 'OTHER', id: 'x', action: 'Register', instanceInfo: INSTANCE });
  assert.ok(item?.kind === 'unreadable' && item.status === 200);
});

test('what is no batch, or has an unknown action, is refused as a whole', () => {
  for (const text of ['', '{', '{}', '[]', '{"replicationList":{}}', '{"replicationList":[7]}'])
    assert.equal(finished(decodePeerBatch(text, NOW)).ok, false, text);
  const unknown = finished(decodePeerBatch('{"replicationList":[{"appName":"A","id":"x","action":"Nope"}]}', NOW));
  assert.ok(!unknown.ok && unknown.error.reason.includes('Nope'));
});

test('decoding never throws', () => {
  fc.assert(fc.property(fc.json(), (json) => void finished(decodePeerBatch(`{"replicationList":[${json}]}`, NOW))));
});

test('the answer has a status for each item and no further key', () => {
  assert.equal(
    finished(encodePeerAnswers([{ status: 200 }, { status: 404 }])),
    '{"responseList":[{"statusCode":200},{"statusCode":404}]}',
  );
  assert.equal(finished(encodePeerAnswers([])), '{"responseList":[]}');
  const [conflict] = (
    JSON.parse(finished(encodePeerAnswers([{ status: 409, entity: instance('ORDERS', 'i-1') }]))) as {
      readonly responseList: readonly { readonly responseEntity: { readonly instanceId: string } }[];
    }
  ).responseList;
  assert.deepEqual(Object.keys(conflict ?? {}), ['statusCode', 'responseEntity']);
  assert.equal(conflict?.responseEntity.instanceId, 'i-1', 'bare, not within "instance"');
});
