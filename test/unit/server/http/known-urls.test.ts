import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { KnownUrls } from '../../../../server/http/known-urls.ts';

/** Whether a request with only these is accepted. */
function takes(known: KnownUrls, method: string, url: string): boolean {
  return known.fastPath({ method, url } as IncomingMessage, {} as ServerResponse);
}

test('only remembered URLs are accepted, only for GET, and only while they are answered', () => {
  const known = new KnownUrls();
  let there = true;
  known.remember('/eureka/apps', () => there);
  assert.ok(takes(known, 'GET', '/eureka/apps'));
  assert.ok(!takes(known, 'HEAD', '/eureka/apps'));
  assert.ok(!takes(known, 'PUT', '/eureka/apps'));
  assert.ok(!takes(known, 'GET', '/eureka/apps?regions='));
  there = false;
  assert.ok(!takes(known, 'GET', '/eureka/apps'));
});

test('a client that invents URLs does not fill the memory', () => {
  const known = new KnownUrls();
  const urls = Array.from({ length: 50_000 }, (_, i) => `/eureka/apps?${i}`);
  for (const url of urls) known.remember(url, () => true);
  assert.ok(urls.filter((url) => takes(known, 'GET', url)).length <= 5000);
  const long = `/eureka/apps?${'x'.repeat(5000)}`;
  known.remember(long, () => true);
  assert.ok(!takes(known, 'GET', long));
});
