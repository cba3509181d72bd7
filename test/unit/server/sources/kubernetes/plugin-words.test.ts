import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluginWords } from '../../../../../server/sources/kubernetes/plugin-words.ts';

for (const words of [
  'Authorization: Bearer s3cr',
  'token=s3cr',
  '"access_token": "s3cr"',
  '{"secret":["s3cr"]}',
  "passphrase: 's3cr'",
  'pwd=s3cr',
  'assertion=s3cr',
  '--token s3cr',
  'refresh_token s3cr',
  'the password is s3cr',
  'Set-Cookie: sid=s3cr; other=s3cr',
  'GET https://sts.example.com/?X-Amz-Signature=s3cr&a=b failed',
  'https://user:s3cr@sts.example.com/x',
])
  test(`no secret is shown of: ${words}`, () => assert.doesNotMatch(pluginWords(words, []), /s3cr/));

for (const words of [
  'the token has expired',
  'no key found in /etc/cloud/config',
  'login required: see https://login.example.com/device',
  'error 403: AccessDenied',
])
  test(`left as it is: ${words}`, () => assert.equal(pluginWords(words, []), words));
