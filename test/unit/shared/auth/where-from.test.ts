import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { notFromLoopback } from '../../../../shared/auth/loopback.ts';
import { fromOtherOrigin, isFromBrowser } from '../../../../shared/auth/other-origin.ts';

function refusal(peer: string | undefined, headers: Readonly<Record<string, string>> = {}): string | undefined {
  const all = { host: 'localhost:8761', ...headers };
  return notFromLoopback(peer, all) ?? fromOtherOrigin(all);
}

describe('who may operate a server that has no credentials to ask for', () => {
  for (const peer of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])
    test(`${peer} is the machine itself`, () => assert.equal(refusal(peer), undefined));

  for (const peer of ['10.0.0.7', '0.0.0.0', '::', '::ffff:10.0.0.7', 'fe80::1', '128.0.0.1', undefined])
    test(`${peer ?? 'a connection that is gone'} is not`, () =>
      assert.match(refusal(peer) ?? '', /the request came from/));

  for (const host of ['localhost', 'LOCALHOST:8761', '127.0.0.1:8761', '127.1.2.3', '[::1]:8761', '[::ffff:127.0.0.1]'])
    test(`a request for ${host} is meant for the machine itself`, () =>
      assert.equal(refusal('127.0.0.1', { host }), undefined));

  for (const host of [
    'eurek8s:8761',
    '10.0.0.7:8761',
    'localhost.example.com',
    'example.com:8761',
    '127.0.0.1.nip.io',
    '[fe80::1]',
    '',
    'a b',
  ])
    test(`one for "${host}" is not: a name can be bent to loopback`, () =>
      assert.match(refusal('127.0.0.1', { host }) ?? '', /the request (is for the host|names no host)/));

  test('nor is one that names no host at all', () => assert.match(notFromLoopback('::1', {}) ?? '', /names no host/));

  for (const header of [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'via',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
  ])
    test(`what was passed on with ${header} came from elsewhere, whatever it says`, () => {
      for (const value of ['127.0.0.1', ''])
        assert.match(refusal('127.0.0.1', { [header]: value }) ?? '', new RegExp(`has the header ${header}`));
    });

  for (const headers of [
    { origin: 'https://example.com' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://localhost' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:8761', 'sec-fetch-site': 'cross-site' },
  ])
    test(`a page elsewhere may not: ${JSON.stringify(headers)}`, () =>
      assert.match(refusal('127.0.0.1', headers) ?? '', /a page of another origin/));

  for (const headers of [
    { origin: 'http://localhost:8761' },
    { origin: 'http://localhost:8761', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])
    test(`a page of our own may: ${JSON.stringify(headers)}`, () => assert.equal(refusal('::1', headers), undefined));
});

test('what only browsers send shows a browser', () => {
  for (const headers of [{ origin: 'http://localhost:8761' }, { 'sec-fetch-site': 'none' }])
    assert.equal(isFromBrowser({ host: 'localhost:8761', ...headers }), true);
  assert.equal(isFromBrowser({ host: 'localhost:8761', 'user-agent': 'Java-EurekaClient' }), false);
});

test('a page of another origin is one also where the request names no host', () => {
  assert.match(fromOtherOrigin({ origin: 'http://evil.example' }) ?? '', /Origin is http:\/\/evil\.example/);
});

test('of a header that was sent twice the first value counts', () => {
  const twice = { host: ['localhost:8761', 'evil.example'], origin: ['http://evil.example', 'http://localhost:8761'] };
  assert.equal(notFromLoopback('127.0.0.1', { host: twice.host }), undefined);
  assert.match(fromOtherOrigin(twice) ?? '', /evil\.example/);
});

test('a refusal says who may, and where the request came from', () => {
  assert.match(
    notFromLoopback('10.0.0.7', {}) ?? '',
    /^only the machine itself .*: the request came from 10\.0\.0\.7$/,
  );
  assert.match(notFromLoopback(undefined, {}) ?? '', /came from nowhere$/);
});
