import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimedPath, isRootPath } from '../../../../shared/ingress/path-claim.ts';

const claim = (path: string, pathType: string): string => claimedPath({ path, pathType });

test('an exact path is a claim of its own, and a prefix is one without its slash', () => {
  assert.deepEqual([claim('/api', 'Exact'), claim('/api/', 'Exact'), claim('/', 'Exact')], ['=/api', '=/api/', '=/']);
  assert.deepEqual([claim('/api', 'Prefix'), claim('/api/', 'Prefix'), claim('/', 'Prefix')], ['/api', '/api', '/']);
  assert.equal(claim('/a.b*', 'Prefix'), '/a.b*', 'no expression');
});

for (const [path, claimed] of [
  ['/api', '/api'],
  ['/api/', '/api'],
  ['/', '/'],
  ['', '/'],
  ['/api/*', '/api'],
  ['/api(/|$)(.*)', '/api'],
  ['/api/?(.*)', '/api'],
  ['^/api', '/api'],
  ['/~/api', '/api'],
  ['/~^/api', '/api'],
  ['/~(/api)', '/~(/api)'],
  ['/~user', '/~user'],
  ['/x/~(a)', '/x/~(a)'],
  ['/a^b', '/a^b'],
  ['/.*', '/'],
  ['/*', '/'],
  ['/(.*)', '/'],
  ['/|/b', '/'],
  ['/a|/b', '/a|/b'],
  ['/api?', '/ap'],
  ['/apis{0,1}', '/api'],
  ['/api/[a-z]+', '/api/[a-z]+'],
  ['*ab', '*ab'],
] as const)
  test(`where the controller decides, ${path || 'nothing'} is a claim of ${claimed}`, () => {
    assert.equal(claim(path, 'ImplementationSpecific'), claimed);
    assert.equal(isRootPath({ path, pathType: 'ImplementationSpecific' }), claimed === '/');
  });
