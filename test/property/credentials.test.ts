import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { loadCredentials } from '../../server/auth/credentials-file.ts';
import { readCredentials } from '../../shared/auth/credentials.ts';
import { RIGHTS } from '../../shared/auth/rights.ts';
import { parseSubject, subjectOf, writtenSubject } from '../../shared/auth/subject.ts';
import { basic } from '../support/credentials.ts';

// Whatever is in the file, it is read or refused: never an exception, never a secret in what is said of it.

const SECRET = 'geheim-4711';
const load = (text: string) => loadCredentials('/auth.yaml')(async () => ({ ok: true, value: Buffer.from(text) }));

const scalar = fc.oneof(
  fc.string(),
  fc.constantFrom('', 'read', 'operate', SECRET, 'CN=a', '~'),
  fc.integer(),
  fc.boolean(),
);
const entry = fc.dictionary(
  fc.constantFrom('name', 'password', 'token', 'certificate', 'passwordFile', 'rights', 'applications', 'pasword'),
  fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.constant(null)),
);
const data = fc.oneof(fc.array(entry, { maxLength: 4 }), fc.jsonValue(), entry);

test('parsed data of any shape is read or refused, without its secrets', () => {
  fc.assert(
    fc.property(data, (given) => {
      const result = readCredentials(given);
      if (!result.ok) assert.doesNotMatch(result.error.join('\n').replaceAll(/entry \d+ \([^)]*\)/g, ''), /geheim/);
    }),
    { numRuns: 3000 },
  );
});

test('text of any kind is read or refused, and cut or flipped anywhere too', async () => {
  const good = stringify([
    { name: 'fleet', password: SECRET, rights: ['read', 'register'], applications: ['A'] },
    { name: 'batch', certificate: 'CN=batch,O=Acme\\, Inc.', rights: ['read'] },
  ]);
  const damaged = fc.tuple(fc.nat(good.length), fc.string({ maxLength: 3 }), fc.nat(5)).map(([at, put, gone]) => {
    return good.slice(0, at) + put + good.slice(at + gone);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.string({ unit: 'binary' })), async (text) => {
      const result = await load(text);
      if (!result.ok) assert.ok(!result.error.includes(SECRET), result.error);
    }),
    { numRuns: 2000 },
  );
});

test('who is in the file is let in with that very password and no other', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => /^[^\p{C}\p{Zl}\p{Zp}:]+$/u.test(text));
  const password = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => !/\p{C}/u.test(text));
  await fc.assert(
    fc.asyncProperty(name, password, password, fc.constantFrom(...RIGHTS), async (user, right, wrong, can) => {
      fc.pre(right !== wrong);
      const table = await load(stringify([{ name: user, password: right, rights: [can] }]));
      assert.ok(table.ok, table.ok ? '' : table.error);
      assert.deepEqual([...(table.value.ofHeader(basic(user, right))?.grants[0]?.rights ?? [])], [can]);
      assert.equal(table.value.ofHeader(basic(user, wrong)), undefined);
      assert.equal(table.value.ofHeader(`Bearer ${right}`), undefined);
    }),
    { numRuns: 500 },
  );
});

test('a subject that is written with escapes is the one that a certificate has', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.trim() === text && !text.includes('\0'));
  const attribute = fc.tuple(fc.constantFrom('CN', 'O', 'OU', 'emailAddress', '1.2.3'), value);
  fc.assert(
    fc.property(fc.array(attribute, { minLength: 1, maxLength: 4 }), (attributes) => {
      const written = attributes
        .map(([type, text]) => `${type}=${text.replaceAll(/[^A-Za-z0-9 ]/gu, escapedBytes)}`)
        .join(',');
      const read = { ok: true, value: subjectOf(attributes) };
      assert.deepEqual(parseSubject(written), read);
      // What we write is bounded; these are as long as one that is not cut.
      const ours = writtenSubject(attributes);
      if (ours.length < 200) assert.deepEqual(parseSubject(ours), read);
    }),
  );
});

function escapedBytes(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}
