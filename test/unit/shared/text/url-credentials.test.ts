import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basicAuthorization, canonicalUserInfo, cutUrl } from '../../../../shared/text/url-credentials.ts';

test('a URL is cut at its user-info, every character as written', () => {
  assert.deepEqual(cutUrl('HTTP+x.1-2://u:p@q@h:1/x?y@z\nw'), {
    scheme: 'HTTP+x.1-2://',
    userInfo: 'u:p@q',
    host: 'h:1',
    rest: '/x?y@z\nw',
  });
  assert.deepEqual(cutUrl('http://h'), { scheme: 'http://', userInfo: undefined, host: 'h', rest: '' });
  assert.deepEqual(cutUrl('http://@h'), { scheme: 'http://', userInfo: '', host: 'h', rest: '' });
  for (const [text, rest] of [
    ['http://h\\\\x', '\\\\x'],
    ['http://h?x', '?x'],
    ['http://h#x', '#x'],
  ] as const)
    assert.equal(cutUrl(text)?.rest, rest);
  for (const text of ['', 'h', 'http:/h', '1http://h', ' http://h', '://h'])
    assert.equal(cutUrl(text), undefined, text);
});

test('user-info has one spelling, whatever was escaped', () => {
  for (const [written, canonical] of [
    ['user', 'user'],
    ['user:', 'user:'],
    ['u:p:q', 'u:p%3Aq'],
    ['a b:%41', 'a%20b:A'],
    ['a%0a', 'a%0A'],
    ['100%:%zz', '100%25:%25zz'],
    ['ü', '%C3%BC'],
    ["a'/@", 'a%27%2F%40'],
    ['aZ09-._~!$&()*+,;=', 'aZ09-._~!$&()*+,;='],
  ] as const)
    assert.equal(canonicalUserInfo(written), canonical);
});

test('user-info is sent as Basic, and nothing is sent without a user and a password', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const [url, header] of [
    ['http://u:p@h', basic('u:p')],
    ['http://u@h', basic('u:')],
    ['http://:p@h', basic(':p')],
    ['http://u:p:q@h', basic('u:p:q')],
    ['http://%C3%BC:ü@h', basic('ü:ü')],
    ['http://:@h', undefined],
    ['http://@h', undefined],
    ['http://h', undefined],
    ['u:p@h', undefined],
  ] as const)
    assert.equal(basicAuthorization(url), header, url);
});
