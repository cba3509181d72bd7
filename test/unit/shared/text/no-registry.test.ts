import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noRegistryReason } from '../../../../shared/text/no-registry.ts';

test('why there is no registry is told by status, with what to do where that is known', () => {
  const credentials = 'the credentials (user-info of the URL) are';
  assert.deepEqual([401, 403, 404, 500].map(noRegistryReason), [
    `answered 401: ${credentials} missing or not accepted`,
    `answered 403: ${credentials} not accepted, or it has not yet filled itself from its peers`,
    'answered 404: no Eureka at this path; Spring Cloud serves it at …/eureka, native servers at …/eureka/v2',
    'answered 500',
  ]);
});
