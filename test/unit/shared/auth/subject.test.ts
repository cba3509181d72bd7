import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSubject, subjectOf, writtenSubject, type Subject } from '../../../../shared/auth/subject.ts';

function parsed(text: string): Subject {
  const result = parseSubject(text);
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

describe('the subject of a certificate', () => {
  for (const [text, attributes] of [
    ['CN=batch', [['CN', 'batch']]],
    ['cn = batch', [['CN', 'batch']]],
    ['C=US, O=Acme, CN=batch', [['CN', 'batch'], ['O', 'Acme'], ['C', 'US']]], // prettier-ignore
    ['CN=batch,O=Acme\\, Inc.', [['O', 'Acme, Inc.'], ['CN', 'batch']]], // prettier-ignore
    ['CN=a+OU=b', [['OU', 'b'], ['CN', 'a']]], // prettier-ignore
    ['CN=J\\C3\\B6rg', [['CN', 'Jörg']]],
    ['E=a@b.example', [['emailAddress', 'a@b.example']]],
    ['1.2.3.4=x', [['1.2.3.4', 'x']]],
    ['10.20.30=x', [['10.20.30', 'x']]],
    ['S=Bayern', [['ST', 'Bayern']]],
    ['USERID=batch', [['UID', 'batch']]],
    ['OU=a,OU=b,CN=c', [['CN', 'c'], ['OU', 'b'], ['OU', 'a']]], // prettier-ignore
  ] as const satisfies readonly (readonly [string, readonly (readonly [string, string])[]])[])
    test(`${text} is one subject however it is ordered`, () => assert.equal(parsed(text), subjectOf(attributes)));

  for (const [one, other] of [
    ['CN=batch', 'CN=Batch'],
    ['CN=batch', 'CN=batch,O=Acme'],
    ['CN=batch', 'OU=batch'],
    ['OU=a,CN=c', 'OU=a,OU=a,CN=c'],
    ['CN=a\\,O=b', 'CN=a,O=b'],
  ] as const)
    test(`${one} is not ${other}`, () => assert.notEqual(parsed(one), parsed(other)));

  for (const text of ['', 'batch', 'CN=', '=x', 'CN=a,', 'CN=a,b', '/CN=a'])
    test(`"${text}" is none`, () => assert.ok(!parseSubject(text).ok));
});

describe('a subject is written', () => {
  test('as the credentials file takes it, in one line of ASCII', () => {
    assert.equal(writtenSubject([['O', 'Acme, Inc.'], ['CN', 'Jörg\n ']]), 'O=Acme\\, Inc.,CN=J\\C3\\B6rg\\0A\\20'); // prettier-ignore
    assert.equal(writtenSubject([]), 'an empty subject');
  });

  test('and is bounded', () => {
    const written = writtenSubject([['CN', 'ö'.repeat(100_000)]]);
    assert.equal(written.length, 200);
    assert.match(written, /\.\.\.$/);
  });
});
