import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../../../../server/sources/kubernetes/failure.ts';

test('what libraries quote of a URL is told without its user, in the error and in its cause', () => {
  const cause = new Error('a URL that includes credentials: https://me:hush@127.0.0.1:9/api');
  for (const error of [cause, new Error('fetch failed', { cause })]) {
    const { text } = failureOf(error);
    assert.match(text, /https:\/\/\*\*\*@127\.0\.0\.1:9\/api/);
    assert.doesNotMatch(text, /hush|me:/);
  }
});
