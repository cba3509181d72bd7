import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { readAuthorization, userPassSpellings } from '../../../../shared/auth/authorization.ts';

const basic = (bytes: Buffer): string => `Basic ${bytes.toString('base64')}`;
const latin1 = (bytes: Buffer): string => bytes.toString('latin1');

describe('the Authorization header', () => {
  for (const header of ['Basic YTpi', 'basic YTpi', 'BASIC  YTpi ', 'Basic YTpi'])
    test(`${JSON.stringify(header)} is user a with password b`, () =>
      assert.deepEqual(readAuthorization(header), { kind: 'basic', userPass: 'a:b' }));

  test('a bearer token is taken as it is', () =>
    assert.deepEqual(readAuthorization('Bearer abc.def-123=='), { kind: 'bearer', token: 'abc.def-123==' }));

  test('padding may be left out', () => {
    assert.deepEqual(readAuthorization('Basic YTpiYw'), { kind: 'basic', userPass: 'a:bc' });
    assert.deepEqual(readAuthorization('Basic YTpiY2Q'), { kind: 'basic', userPass: 'a:bcd' });
  });

  for (const header of [
    '',
    'Basic',
    'Basic ',
    'Basic a',
    'Basic YTpi=',
    ' Basic YTpi',
    'x-Basic YTpi',
    'Basic YT pi',
    'Basic YT_i',
    'Digest x',
    'YTpi',
  ])
    test(`${JSON.stringify(header)} is nothing that could be right`, () =>
      assert.equal(readAuthorization(header), undefined));

  test('whatever bytes are sent, they are the bytes that are read', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const read = readAuthorization(basic(Buffer.from(bytes)));
        if (bytes.length === 0) assert.equal(read, undefined);
        else assert.deepEqual(read, { kind: 'basic', userPass: latin1(Buffer.from(bytes)) });
      }),
    );
  });

  test('no header, whatever is in it, makes it throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .tuple(fc.constantFrom('Basic ', 'bearer ', 'Basic  '), fc.string({ unit: 'binary' }))
            .map((all) => all.join('')),
        ),
        (header) => {
          const read = readAuthorization(header);
          assert.ok(read === undefined || read.kind === 'basic' || read.token !== '');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a user and password are known in UTF-8 and in Latin-1, as clients send both', () => {
    assert.deepEqual(userPassSpellings('a', 'b:c'), ['a:b:c']);
    assert.deepEqual(userPassSpellings('jörg', 'pä'), [latin1(Buffer.from('jörg:pä')), 'jörg:pä']);
    assert.deepEqual(userPassSpellings('a', '密'), [latin1(Buffer.from('a:密'))]);
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (user, password) => {
        const sent = readAuthorization(basic(Buffer.from(`${user}:${password}`, 'utf8')));
        assert.ok(sent?.kind === 'basic' && userPassSpellings(user, password).includes(sent.userPass));
      }),
    );
  });
});
