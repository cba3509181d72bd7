import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCredentials, type Credential } from '../../../../shared/auth/credentials.ts';

function read(data: unknown): readonly Credential[] {
  const result = readCredentials(data);
  assert.ok(result.ok, result.ok ? '' : result.error.join('\n'));
  return result.value;
}

function problems(data: unknown): readonly string[] {
  const result = readCredentials(data);
  assert.ok(!result.ok, 'it was accepted');
  return result.error;
}

const FLEET = { name: 'fleet', password: 'geheim', rights: ['read', 'register'] };

describe('the credentials file', () => {
  test('gives names, proofs, rights and applications', () => {
    const all = read([
      FLEET,
      { ...FLEET, name: 'payments', applications: ['payments', ' Ledger '], vips: [' pay.Example '] },
      { name: 'deploy', tokenFile: 'deploy.token', rights: ['read'] },
      { name: 'batch', certificate: 'CN=batch', rights: ['operate'] },
    ]);
    assert.deepEqual(
      all.map(({ name, proof, grant }) => [name, proof.kind, [...grant.rights], [...(grant.applications ?? [])]]),
      [
        ['fleet', 'password', ['read', 'register'], []],
        ['payments', 'password', ['read', 'register'], ['PAYMENTS', 'LEDGER']],
        ['deploy', 'token', ['read'], []],
        ['batch', 'certificate', ['operate'], []],
      ],
    );
    assert.equal(all[0]?.grant.applications, undefined);
    assert.deepEqual([...(all[1]?.grant.vips ?? [])], ['PAY.EXAMPLE']);
  });

  test('may have nobody in it, and may have a name twice, as passwords are changed that way', () => {
    assert.deepEqual(read([]), []);
    assert.equal(read([FLEET, { ...FLEET, password: 'other' }]).length, 2);
  });

  for (const [what, data, problem] of [
    ['nothing', null, /^must be a list of credentials/],
    ['a map', { fleet: FLEET }, /^must be a list of credentials/],
    ['an entry that is a text', ['fleet'], /^entry 1: must be a map/],
    ['no name', [{ ...FLEET, name: undefined }], /^entry 1: name is missing$/],
    ['a name that steers a terminal', [{ ...FLEET, name: 'a\u001b[2J' }], /^entry 1: name has a character that/],
    ['a colon in the name of a password', [{ ...FLEET, name: 'a:b' }], /^entry 1 \(a:b\): name has a colon/],
    ['a misspelt key', [{ ...FLEET, right: [] }], /^entry 1 \(fleet\): has an unknown key, did you mean "rights"\?$/],
    ['a secret as a key', [{ ...FLEET, geheim: null }], /^entry 1 \(fleet\): has an unknown key$/],
    ['no proof', [{ ...FLEET, password: undefined }], /needs exactly one of password, passwordFile, token, tokenFile/],
    ['two proofs', [{ ...FLEET, token: 't' }], /needs exactly one of .*, not password and token$/],
    ['a password that is no text', [{ ...FLEET, password: 7 }], /password must be a text/],
    ['an empty password', [{ ...FLEET, password: '' }], /the password is empty/],
    ['a password over two lines', [{ ...FLEET, password: 'a\nb' }], /the password has a control character/],
    ['a token that no header can have', [{ name: 'a', token: 'a b', rights: ['read'] }], /the token has blanks/],
    ['vips of nobody', [{ ...FLEET, vips: ['a'] }], /vips needs applications/],
    ['vips that are no list', [{ ...FLEET, applications: ['a'], vips: 'a' }], /vips must be a list/],
    [
      'two vips in one',
      [{ ...FLEET, applications: ['a'], vips: ['a,b'] }],
      /vips has one that is empty or has a comma/,
    ],
    ['an empty file name', [{ name: 'a', tokenFile: '', rights: ['read'] }], /tokenFile is empty/],
    ['a subject that is none', [{ name: 'a', certificate: 'batch', rights: ['read'] }], /is not a subject like CN=/],
    ['no rights', [{ ...FLEET, rights: undefined }], /rights must be a list of read, register, operate/],
    ['an empty list of rights', [{ ...FLEET, rights: [] }], /rights must be a list/],
    ['an unknown right', [{ ...FLEET, rights: ['write', 'reed'] }], /rights has one that is none of read, register/],
    [
      'applications of somebody who only reads',
      [{ ...FLEET, rights: ['read'], applications: ['A'] }],
      /needs the right/,
    ],
    ['no application', [{ ...FLEET, applications: [] }], /applications must be a list of names/],
    ['an application without a name', [{ ...FLEET, applications: ['A', ' '] }], /applications has one without a name/],
    ['a name without a character', [{ ...FLEET, name: '' }], /name is missing/],
    ['a name that is too long', [{ ...FLEET, name: 'n'.repeat(201) }], /name is longer than 200 characters/],
    ['no proof', [{ name: 'a', rights: ['read'] }], /needs exactly one of password, .*, certificate$/],
    ['too many', Array.from({ length: 1001 }, () => FLEET), /has 1001 entries, more than 1000/],
  ] as const)
    test(`refuses ${what}, and quotes no secret`, () => {
      const told = problems(data);
      assert.ok(
        told.some((each) => problem.test(each)),
        told.join('\n'),
      );
      assert.doesNotMatch(told.join('\n'), /geheim/);
    });

  test('tells everything that is wrong at once', () => {
    assert.equal(problems([{ ...FLEET, rights: [] }, FLEET, { name: 'x' }]).length, 3);
  });
});
