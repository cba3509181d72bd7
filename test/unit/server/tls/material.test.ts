import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOptions } from '../../../../server/tls/material.ts';

test('TLS before 1.2 is refused by us, whatever OpenSSL and the flags of Node allow', () => {
  assert.deepEqual(contextOptions({ cert: undefined, key: undefined, ca: undefined }), { minVersion: 'TLSv1.2' });
  const ca = Buffer.from('ca');
  assert.deepEqual(contextOptions({ cert: undefined, key: undefined, ca }), { minVersion: 'TLSv1.2', ca });
});
