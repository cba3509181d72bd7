import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayHoldSecret, shownPath, shownText, shownUrl } from '../../../../shared/text/shown-url.ts';
import { hideUserInfo } from '../../../../shared/text/user-info.ts';

test('the scheme, the host and the path of a URL are shown', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['http://eureka-1:8761/eureka', 'http://eureka-1:8761/eureka'],
    ['http://[::1]:8761/eureka', 'http://[::1]:8761/eureka'],
    ['eureka-1:8761/eureka', 'eureka-1:8761/eureka'],
    ['eureka-1', 'eureka-1'],
    ["http://u:p'<a @b/c@h:1/x", 'http://***@h:1/x'],
    ['u:p@h', '***@h'],
    ['http://h/x?token=a&b=c#d', 'http://h/x?***'],
    ['http://h/x#d?e', 'http://h/x#***'],
    ['http://h/x;token=a/y', 'http://h/x;***'],
    ['http://u:p@h/x?token=a@b', 'http://***'],
    ['http://h/x;token=a@b', 'http://***'],
    ['http://u:p;q@h/x', 'http://***@h/x'],
    ['http://u;p/q@h/x', 'http://***@h/x'],
    ['/x;y@h', '***'],
    ['http://u@h:secr', 'http://***@h:secr'],
    ['http://h\\\\x:y', 'http://h\\\\x:y'],
    ['  http://h/x  ', 'http://h/x'],
    ['HTTP+X.1-2://h/x', 'HTTP+X.1-2://h/x'],
    ['http://[::1]x', 'http://***'],
    ['h/x;', 'h/x;***'],
    ['', ''],
  ];
  for (const [text, shown] of cases) assert.equal(shownUrl(text), shown);
});

test('what may be the beginning of user-info is hidden, as when a shell or a comma cut the URL', () => {
  for (const text of ['http://user:secr', 'http://user:12 secret', 'http://user:se/cret', 'http://user:se?cret'])
    assert.equal(shownUrl(text), 'http://***');
  assert.equal(shownUrl('user:secr'), '***');
});

test('the log hides secrets with quotes and angle brackets, and leaves paths of files alone', () => {
  assert.equal(hideUserInfo(`at http://u:p'a<s>s@h/x`), 'at http://***@h/x');
  const frame = 'at file:///app/node_modules/@kubernetes/client-node/dist/index.js:1:2';
  assert.equal(hideUserInfo(frame), frame);
});

test('of a request the log has the path: no query, no control character, no end of the screen', () => {
  assert.equal(shownPath('/eureka/apps/A/1/metadata?token=secret'), '/eureka/apps/A/1/metadata');
  assert.equal(shownPath('/a#secret'), '/a');
  assert.equal(shownPath('/a\u001b[2J\u2028'), '/a?[2J?');
  assert.ok(shownPath(`/${'x'.repeat(10_000)}`).length <= 201);
});

test('a text is taken for a URL by its scheme or its user-info, and any other is shown as it is', () => {
  assert.deepEqual(['u:p@h', 'http://h?token', 'a?b;c#d', 'http:/h?a'].map(shownText), [
    '***@h',
    'http://h?***',
    'a?b;c#d',
    'http:/h?a',
  ]);
  assert.deepEqual(['a@b', 'a://b', 'a:b'].map(mayHoldSecret), [true, true, false]);
});

test('a text without a URL is not searched for user-info, and every URL of a text is', () => {
  assert.equal(hideUserInfo('mail a@b'), 'mail a@b');
  assert.equal(hideUserInfo('"http://u:p@h" and HTTPS://v:q@i/x'), '"http://***@h" and HTTPS://***@i/x');
});
