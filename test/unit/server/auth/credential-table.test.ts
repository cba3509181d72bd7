import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CredentialTable, digestOf, type Caller, type Secret } from '../../../../server/auth/credential-table.ts';
import { loadCredentials } from '../../../../server/auth/credentials-file.ts';
import { basic } from '../../../support/credentials.ts';

/** The table of a file with this text. Files that it names have the texts of `others`. */
async function load(text: string, others: Readonly<Record<string, string>> = {}) {
  return loadCredentials('/etc/auth/auth.yaml')(async (path) => {
    const content = path === '/etc/auth/auth.yaml' ? text : others[path];
    return content === undefined
      ? { ok: false, error: `${path}: there is no such file` }
      : { ok: true, value: Buffer.from(content) };
  });
}

async function table(text: string, others: Readonly<Record<string, string>> = {}): Promise<CredentialTable> {
  const loaded = await load(text, others);
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.error);
  return loaded.value;
}

async function problem(text: string, others: Readonly<Record<string, string>> = {}): Promise<string> {
  const loaded = await load(text, others);
  assert.ok(!loaded.ok, 'it was accepted');
  return loaded.error;
}

describe('the table of credentials', () => {
  test('knows a user by each password it has, in both encodings, and nobody by half of one', async () => {
    const known = await table(`
- { name: jörg, password: pässwort, rights: [read] }
- { name: jörg, password: "0123", rights: [register] }
- { name: deploy, token: abc, rights: [read] }`);
    const rights = (header: string): readonly string[] | undefined => {
      const grant = known.ofHeader(header)?.grants[0];
      return grant && [...grant.rights];
    };
    assert.deepEqual(rights(basic('jörg', 'pässwort')), ['read']);
    assert.deepEqual(rights(basic('jörg', 'pässwort', 'latin1')), ['read']);
    assert.deepEqual(rights(basic('jörg', '0123')), ['register']);
    assert.deepEqual(rights('Bearer abc'), ['read']);
    for (const header of [
      basic('jörg', ''),
      basic('jörg', 'pässwor'),
      basic('jörg', 'pässwortt'),
      basic('Jörg', 'pässwort'),
      basic('deploy', 'abc'),
      basic('', ''),
      'Bearer ab',
      'Bearer 0123',
      'Bearer jörg:0123',
      `Bearer ${basic('deploy', 'abc').slice('Basic '.length)}`,
    ])
      assert.equal(rights(header), undefined, header);
  });

  test('reads numbers, words and dates without quotes as the text of the file', async () => {
    const known = await table(`
- { name: a, password: 0123, rights: [read] }
- { name: b, password: no, rights: [read] }
- { name: c, password: 2026-01-01, rights: [read] }
- { name: d, password: 1e5, rights: [read] }`);
    for (const [user, password] of [
      ['a', '0123'],
      ['b', 'no'],
      ['c', '2026-01-01'],
      ['d', '1e5'],
    ] as const)
      assert.deepEqual(known.ofHeader(basic(user, password))?.names, [user]);
  });

  test('reads secrets from files beside it, without the end of their line', async () => {
    const known = await table(
      '- { name: a, passwordFile: a.txt, rights: [read] }\n- { name: b, tokenFile: /run/b, rights: [read] }',
      { '/etc/auth/a.txt': 'geheim \n', '/run/b': 'tok' },
    );
    assert.deepEqual(known.ofHeader(basic('a', 'geheim '))?.names, ['a']);
    assert.deepEqual(known.ofHeader('Bearer tok')?.names, ['b']);
  });

  test('reports what is wrong, where, and never with a secret', async () => {
    for (const [text, words, others] of [
      ['', /^\/etc\/auth\/auth\.yaml: must be a list of credentials/],
      ['- { name: a, password: geheim', /line 1: the \{ has no \} that closes it/],
      ['- name: a\n  rights: [read\n  password: geheim\n', /line 2: the \[ has no \] that closes it/],
      ['- { name: a, name: geheim }', /line 1: the key name appears twice: keys must be unique$/],
      ['- { geheim, geheim }', /line 1: a key appears twice: keys must be unique$/],
      ['- name: a\n- password: "geheim', /line 2: /],
      ['- *a', /an alias/],
      ['- { name: a, tokenFile: t, rights: [read] }', /entry 1 \(a\): \/etc\/auth\/t: there is no such file$/],
      ['- { name: a, tokenFile: t, rights: [read] }', /entry 1 \(a\): t: the token is empty/, { '/etc/auth/t': '\n' }],
      [
        '- { name: a, token: geheim, rights: [read] }\n- { name: b, token: geheim, rights: [operate] }',
        /entry 2 \(b\): has the same token as entry 1 \(a\)$/,
      ],
      [
        '- { name: a, certificate: "CN=a,O=b", rights: [read] }\n- { name: b, certificate: "O=b,CN=a", rights: [read] }',
        /entry 2 \(b\): has the same certificate as entry 1/,
      ],
    ] as readonly (readonly [string, RegExp, Readonly<Record<string, string>>?])[]) {
      const found = await problem(text, others);
      assert.match(found, words);
      assert.doesNotMatch(found, /geheim/);
    }
  });

  test('remembers right headers alone, and not without end', async () => {
    const known = await table('- { name: a, password: geheim, rights: [read] }');
    for (let i = 0; i < 100_000; i++) assert.equal(known.ofHeader(basic('a', `geheim${i}`)), undefined);
    assert.equal(known.remembered, 0);
    const right = basic('a', 'geheim');
    // Longer ones are right and not remembered.
    for (let i = 0; i < 10_000; i++) assert.ok(known.ofHeader(right + ' '.repeat(i)));
    assert.equal(known.remembered, 400 - right.length + 1);
    const scheme = (i: number): string =>
      Array.from('basic', (letter, at) => ((i >> at) & 1 ? letter.toUpperCase() : letter)).join('');
    for (let i = 0; i < 32 * 380; i++)
      assert.ok(known.ofHeader(`${scheme(i % 32)} ${right.slice('Basic '.length)}${' '.repeat(i / 32)}`));
    assert.equal(known.remembered, 5000);
    assert.ok(known.ofHeader(right));
  });

  test('compares a guess with every secret, right or wrong, in a time that does not depend on it', () => {
    const looks: string[] = [];
    const secret = (name: string, digest: Buffer): Secret => {
      const caller: Caller = { kind: 'known', names: [name], grants: [] };
      return {
        caller,
        get digest() {
          looks.push(name);
          return digest;
        },
      };
    };
    const secrets = ['a', 'b', 'c'].map((name) => secret(name, digestOf(Buffer.from(`${name}:geheim`))));
    const known = new CredentialTable({ passwords: secrets, tokens: [], subjects: new Map() });
    for (const [user, names] of [
      ['a', ['a']],
      ['c', ['c']],
      ['nobody', undefined],
    ] as const) {
      looks.length = 0;
      assert.deepEqual(known.ofHeader(basic(user, 'geheim'))?.names, names);
      assert.deepEqual(looks, ['a', 'b', 'c'], user);
    }
    // Of all comparisons of bytes, the one that takes the same time always is the one that refuses other lengths.
    const odd = new CredentialTable({ passwords: [secret('odd', Buffer.alloc(1))], tokens: [], subjects: new Map() });
    assert.throws(() => odd.ofHeader(basic('a', 'geheim')), { code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH' });
  });
});
