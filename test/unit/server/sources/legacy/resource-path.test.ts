import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applicationPath, instancePath } from '../../../../../server/sources/legacy/wire/resource-path.ts';
import { appName, instanceId } from '../../../../../shared/model/names.ts';

test('any id has a path: what a URL cannot contain is escaped or replaced', () => {
  assert.equal(applicationPath(appName('a b')), 'apps/A%20B');
  assert.equal(instancePath(appName('a'), instanceId('eurek8s:main/x?#')), 'apps/A/eurek8s%3Amain%2Fx%3F%23');
  assert.equal(instancePath(appName('a'), instanceId('lone \ud800')), 'apps/A/lone%20%EF%BF%BD');
});
