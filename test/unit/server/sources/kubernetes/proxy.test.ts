import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFor, type Environment } from '../../../../../server/sources/kubernetes/proxy.ts';

const PROXY = 'http://proxy:3128';

function proxied(server: string, environment: Environment): string | undefined {
  const proxy = proxyFor(new URL(server), environment);
  assert.ok(proxy.ok, proxy.ok ? '' : proxy.error);
  return proxy.value;
}

test('HTTPS_PROXY is for https, HTTP_PROXY for http, in capitals first', () => {
  const environment = { HTTPS_PROXY: 'http://s:1', https_proxy: 'http://other:1', http_proxy: 'http://p:1' };
  assert.equal(proxied('https://api.example.com', environment), 'http://s:1');
  assert.equal(proxied('http://api.example.com', environment), 'http://p:1');
  assert.equal(proxied('https://api.example.com', { https_proxy: PROXY }), PROXY);
  assert.equal(proxied('https://api.example.com', { HTTPS_PROXY: '', https_proxy: PROXY }), PROXY);
  assert.equal(proxied('https://api.example.com', { HTTP_PROXY: PROXY }), undefined);
  assert.equal(proxied('https://api.example.com', { ALL_PROXY: PROXY }), undefined, 'Go knows no ALL_PROXY');
});

test('a proxy without a scheme is one that speaks HTTP', () => {
  assert.equal(proxied('https://api.example.com', { HTTPS_PROXY: 'proxy:3128' }), PROXY);
  assert.equal(proxied('https://api.example.com', { HTTPS_PROXY: 'me:hush@proxy:3128' }), 'http://me:hush@proxy:3128');
});

test('loopback is never reached through a proxy', () => {
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]', '[::ffff:127.0.0.1]'])
    assert.equal(proxied(`https://${host}:6443`, { HTTPS_PROXY: PROXY }), undefined, host);
});

const EXCEPTIONS: readonly (readonly [string, string, 'direct' | 'proxied'])[] = [
  ['*', 'https://api.example.com', 'direct'],
  ['api.example.com', 'https://api.example.com:6443', 'direct'],
  ['example.com', 'https://api.example.com', 'direct'],
  ['example.com', 'https://example.com', 'direct'],
  ['example.com', 'https://notexample.com', 'proxied'],
  ['.example.com', 'https://api.example.com', 'direct'],
  ['.example.com', 'https://example.com', 'proxied'],
  ['*.example.com', 'https://api.example.com', 'direct'],
  ['*.example.com', 'https://example.com', 'proxied'],
  ['API.Example.COM', 'https://api.example.com', 'direct'],
  [' other.org , api.example.com ', 'https://api.example.com', 'direct'],
  ['api.example.com:6443', 'https://api.example.com:6443', 'direct'],
  ['api.example.com:6443', 'https://api.example.com', 'proxied'],
  ['api.example.com:443', 'https://api.example.com', 'direct'],
  ['api.example.com:80', 'http://api.example.com', 'direct'],
  ['10.0.0.0/8', 'https://10.96.0.1', 'direct'],
  ['10.0.0.0/8', 'https://11.96.0.1', 'proxied'],
  ['10.96.0.1', 'https://10.96.0.1', 'direct'],
  ['10.96.0.1:6443', 'https://10.96.0.1', 'proxied'],
  ['fd00::/8', 'https://[fd00::1]:6443', 'direct'],
  ['fd00::1', 'https://[fd00::1]:6443', 'direct'],
  ['[fd00::1]:6443', 'https://[fd00::1]:6443', 'direct'],
  ['[fd00::1]:6444', 'https://[fd00::1]:6443', 'proxied'],
  ['fd00:0:0::1', 'https://[fd00::1]', 'direct'],
  [',,', 'https://api.example.com', 'proxied'],
  ['10.0.0.0/99', 'https://10.96.0.1', 'proxied'],
];

for (const name of ['NO_PROXY', 'no_proxy'])
  for (const [exceptions, server, way] of EXCEPTIONS)
    test(`${name}=${exceptions}: ${server} is ${way}`, () => {
      const proxy = proxied(server, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, [name]: exceptions });
      assert.equal(proxy, way === 'direct' ? undefined : PROXY);
    });

test('a value that is not a proxy is refused with the name of the variable, without its password', () => {
  for (const [given, reason] of [
    ['ftp://me:hush@proxy', /^HTTPS_PROXY has the scheme ftp/],
    ['http://me:hush@:99999', /^HTTPS_PROXY is not the URL of a proxy/],
    ['socks5://me:hush@proxy:1080', /^HTTPS_PROXY has a user, which is not supported with SOCKS/],
  ] as const) {
    const proxy = proxyFor(new URL('https://api.example.com'), { HTTPS_PROXY: given });
    assert.ok(!proxy.ok);
    assert.match(proxy.error, reason);
    assert.doesNotMatch(proxy.error, /hush/);
  }
});
