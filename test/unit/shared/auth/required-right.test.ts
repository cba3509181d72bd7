import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { requiredRight } from '../../../../shared/auth/required-right.ts';

describe('the right that a request needs', () => {
  for (const [right, method, ...urls] of [
    ['read', 'GET', '/', '/eureka/apps', '/eurek8s/explain/A', '/metrics', '/no/such/path', '/healthz/x', '*', ''],
    [
      'read',
      'GET',
      '//healthz',
      '/eureka/healthz/',
      '/x/eureka/',
      '/%68ealthz',
      '/HEALTHZ',
      '/healthz;x',
      '/eureka/../healthz',
    ],
    ['read', 'HEAD', '/eureka/apps', '/'],
    ['read', 'OPTIONS', '/eureka/apps/A', '/eurek8s/holds/x/release'],
    ['open', 'GET', '/healthz', '/readyz', '/actuator/health', '/healthz/', '/readyz?verbose', '/healthz#x'],
    ['open', 'HEAD', '/readyz'],
    ['register', 'POST', '/eureka/apps/A', '/eureka/v2/apps/A', '/eureka', '/eureka?x', '//eureka//apps/A'],
    ['register', 'POST', '/peer/eureka/peerreplication/batch', '/%65ureka/apps/A', '/peer/%65ureka/x'],
    ['register', 'PUT', '/eureka/apps/A/i-1', '/eureka/v1/apps/A/i-1/status?value=UP'],
    ['register', 'DELETE', '/eureka/apps/A/i-1'],
    ['register', 'POST', '/peer//eureka/apps/A', '//peer///eureka/apps/A'],
    ['open', 'POST', '/healthz', '/readyz/'],
    ['operate', 'POST', '/eurek8s/holds/x/release', '/', '/healthz/x', '/eurekax', '/no/such/path', '/EUREKA/apps/A'],
    ['operate', 'POST', '/eurek8s/eureka/x', '/%', '/%zz/eureka', '/peer/x', '*', ''],
    ['operate', 'PUT', '/eurek8s/x'],
    ['operate', 'TRACE', '/'],
    ['operate', 'BREW', '/pot'],
  ] as const)
    for (const url of urls)
      test(`${method} ${url} needs ${right}`, () => assert.equal(requiredRight(method, url), right));
});
