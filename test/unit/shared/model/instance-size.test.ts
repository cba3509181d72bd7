import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceBytes, withMetadata } from '../../../../shared/model/instance-size.ts';
import { instance } from '../../../support/instances.ts';

test('the bytes of texts are those of UTF-8, and of entries those of JSON', () => {
  const bare = instance('ORDERS', 'o-1');
  for (const text of ['', 'plain', 'Größe', 'ключ', '日本', '👍🏽']) {
    const grown = withMetadata(bare, new Map([['key', text]]));
    const json = Buffer.byteLength(`"key":"${text}",`);
    assert.equal(instanceBytes(grown) - instanceBytes(bare), json, text);
    assert.equal(instanceBytes({ ...bare, appGroupName: text }) - instanceBytes(bare), Buffer.byteLength(text));
    const dataCenterInfo = { name: 'Amazon', metadata: new Map([['key', text]]) } as const;
    assert.equal(instanceBytes({ ...bare, dataCenterInfo }) - instanceBytes(bare), json);
  }
});

test('more metadata replaces values and leaves the instance as it was', () => {
  const before = instance('ORDERS', 'o-1', { metadata: new Map([['a', '1']]) });
  assert.deepEqual(
    [
      ...withMetadata(
        before,
        new Map([
          ['a', '2'],
          ['b', '3'],
        ]),
      ).metadata,
    ],
    [
      ['a', '2'],
      ['b', '3'],
    ],
  );
  assert.deepEqual([...before.metadata], [['a', '1']]);
});
