import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceId, SOURCE_MARKER, sourceId } from '../../../../shared/model/names.ts';
import { copiesFor } from '../../../../shared/registry/copies.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';

const ALICE = publication('ALICE');

test('a copy differs from its original in its id, the marker and metadata.instanceId alone', () => {
  const original = instance('ALICE', 'i-1', {
    status: 'STARTING',
    port: { number: 8080, enabled: false },
    securePort: { number: 8443, enabled: true },
    metadata: new Map([
      ['zone', 'a'],
      ['instanceId', 'alice:8443'],
      ['version', '7'],
    ]),
    actionType: 'MODIFIED',
  });
  const origin = { kind: 'registration', source: sourceId('legacy') } as const;
  const copies = copiesFor([{ record: original, origin }], 3, ALICE);
  const metadata = new Map([
    ['zone', 'a'],
    ['version', '7'],
    [SOURCE_MARKER, 'main/shop/alice'],
  ]);
  const expected = [1, 2].map((index) => {
    const id = instanceId(`eurek8s:copy_of:ALICE:i-1:${index}`);
    return { ...original, id, instanceId: id, metadata, actionType: 'ADDED' };
  });
  assert.deepEqual(
    copies.map(({ record }) => record),
    expected,
  );
  assert.equal(original.metadata.get('instanceId'), 'alice:8443', 'the original is untouched');
});

test('listed once there is no copy', () => {
  const origin = { kind: 'registration', source: sourceId('legacy') } as const;
  assert.deepEqual(copiesFor([{ record: instance('ALICE', 'i-1'), origin }], 1, ALICE), []);
});
